import { OrderKeys } from '../../protocol/keys.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import type { Hotline } from '../../protocol/messages.ts';
import { SignatureError, verifyHotlines, verifyOrder } from '../../protocol/signing.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { PlatformConfig } from '../config.ts';
import { json, read } from '../keys.ts';

/** Whose orders are valid in one facility. */
export interface Issuers {
  readonly keys: OrderKeys;
  /** The order that opens the facility when it is new, and as it was signed. */
  readonly first: { readonly order: LockdownOrder; readonly jws: string } | null;
  /** What its signed lists let phones dial without asking; null where no list is named. */
  readonly hotlines: readonly Hotline[] | null;
}

/**
 * Reads whose orders each facility's phones obey.
 * @throws Error naming the file that is missing or wrong, and the remedy
 */
export async function readIssuers(orders: PlatformConfig['orders']): Promise<ReadonlyMap<FacilityId, Issuers>> {
  const entries = Object.entries(orders) as [FacilityId, PlatformConfig['orders'][FacilityId]][];
  const sets = entries.map(async ([facility, files]) => [facility, await issuersOf(facility, files)] as const);
  return new Map(await Promise.all(sets));
}

async function issuersOf(facility: FacilityId, files: PlatformConfig['orders'][FacilityId]): Promise<Issuers> {
  const where = `orders.${facility}`;
  const keys = OrderKeys.safeParse(json(await read(files.keys, `${where}.keys`)));
  if (!keys.success)
    throw new Error(`${where}.keys: ${files.keys} is no set of issuers' public keys: take the terminals' orders.json`);
  const lists = await Promise.all((files.hotlines ?? []).map((file) => hotlinesOf(facility, file, keys.data)));
  const hotlines = lists.length > 0 ? lists.flat() : null;
  if (files.first === undefined) return { keys: keys.data, first: null, hotlines };
  const signed = { file: files.first, what: `${where}.first` };
  const jws = await text(signed);
  const order = await verifyOrder(jws, keys.data).catch((cause: unknown) => refuse(signed, cause));
  if (lockdownTopic(order.scope) !== lockdownTopic({ kind: 'facility', facility })) throw elsewhere(signed, facility);
  return { keys: keys.data, first: { order, jws }, hotlines };
}

async function hotlinesOf(facility: FacilityId, file: string, keys: OrderKeys): Promise<readonly Hotline[]> {
  const signed = { file, what: `orders.${facility}.hotlines` };
  const jws = await text(signed);
  const { list } = await verifyHotlines(jws, keys).catch((cause: unknown) => refuse(signed, cause));
  if (list.facility !== facility) throw elsewhere(signed, facility);
  return list.hotlines;
}

interface SignedFile {
  readonly file: string;
  readonly what: string;
}

const text = async ({ file, what }: SignedFile): Promise<string> => (await read(file, what)).toString('utf8').trim();

function refuse({ file, what }: SignedFile, cause: unknown): never {
  const why = cause instanceof SignatureError ? cause.message : String(cause);
  throw new Error(`${what}: ${file}: ${why}: make it anew by one of the facility's keys`, { cause });
}

const elsewhere = ({ file, what }: SignedFile, facility: FacilityId): Error =>
  new Error(`${what}: ${file} is not for facility ${facility}: make it anew for that one`);
