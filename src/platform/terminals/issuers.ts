import type { Approvable } from '../../protocol/api/approvals.ts';
import { OrderKeys, RootPublicKey } from '../../protocol/keys.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import { SignatureError, verifyHotlines, verifyOrder } from '../../protocol/signing.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { PlatformConfig } from '../config.ts';
import { json, read } from '../keys.ts';

/** A signed list of hotlines. */
interface SignedList {
  readonly file: string;
  readonly jws: string;
}

/** Whose orders are valid in one facility, as the configuration tells it. */
export interface Issuers {
  /** A fixed set of keys, or the key that signs what set there is. */
  readonly trusted: { readonly keys: OrderKeys } | { readonly root: RootPublicKey };
  /** The order that opens the facility when it is new, and as it was signed. */
  readonly first: { readonly order: LockdownOrder; readonly jws: string } | null;
  /** What lets phones dial without asking; null where no list is named. */
  readonly lists: readonly SignedList[] | null;
  /** What a second person has to approve there. */
  readonly twoPeople: readonly Approvable[];
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
  const lists = await listsOf(files.hotlines, `${where}.hotlines`);
  const { twoPeople = [] } = files;
  if (files.root !== undefined)
    return { trusted: { root: await rootOf(files.root, where) }, first: null, lists, twoPeople };
  const keys = await keysOf(files.keys ?? '', where);
  for (const list of lists ?? []) await mustBeOurs({ ...list, what: `${where}.hotlines` }, facility, keys);
  if (files.first === undefined) return { trusted: { keys }, first: null, lists, twoPeople };
  const signed = { file: files.first, what: `${where}.first` };
  const jws = await text(signed);
  const order = await verifyOrder(jws, keys).catch((cause: unknown) => refuse(signed, cause));
  if (lockdownTopic(order.scope) !== lockdownTopic({ kind: 'facility', facility })) throw elsewhere(signed, facility);
  return { trusted: { keys }, first: { order, jws }, lists, twoPeople };
}

async function keysOf(file: string, where: string): Promise<OrderKeys> {
  const keys = OrderKeys.safeParse(json(await read(file, `${where}.keys`)));
  if (keys.success) return keys.data;
  throw new Error(`${where}.keys: ${file} is no set of issuers' public keys: take the terminals' orders.json`);
}

async function rootOf(file: string, where: string): Promise<RootPublicKey> {
  const root = RootPublicKey.safeParse(json(await read(file, `${where}.root`)));
  if (root.success) return root.data;
  throw new Error(
    `${where}.root: ${file} is no public root key: take the root.json that \`tierphone keyset root\` made`,
  );
}

async function listsOf(files: readonly string[] | undefined, what: string): Promise<readonly SignedList[] | null> {
  if (files === undefined || files.length === 0) return null;
  return Promise.all(files.map(async (file) => ({ file, jws: await text({ file, what }) })));
}

/** Lists under fixed keys are right or the platform does not start; under a root key they come and go with the set. */
async function mustBeOurs(list: SignedList & SignedFile, facility: FacilityId, keys: OrderKeys): Promise<void> {
  const { list: read } = await verifyHotlines(list.jws, keys).catch((cause: unknown) => refuse(list, cause));
  if (read.facility !== facility) throw elsewhere(list, facility);
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
