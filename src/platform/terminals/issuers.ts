import { OrderKeys } from '../../protocol/keys.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import { SignatureError, verifyOrder } from '../../protocol/signing.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { PlatformConfig } from '../config.ts';
import { json, read } from '../keys.ts';

/** Whose orders are valid in one facility. */
export interface Issuers {
  readonly keys: OrderKeys;
  /** The order that opens the facility when it is new, and as it was signed. */
  readonly first: { readonly order: LockdownOrder; readonly jws: string } | null;
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
  if (files.first === undefined) return { keys: keys.data, first: null };
  const jws = (await read(files.first, `${where}.first`)).toString('utf8').trim();
  const order = await verifyOrder(jws, keys.data).catch((cause: unknown) => {
    const why = cause instanceof SignatureError ? cause.message : String(cause);
    throw new Error(`${where}.first: ${files.first}: ${why}: make it anew by one of ${files.keys}`, { cause });
  });
  if (lockdownTopic(order.scope) !== lockdownTopic({ kind: 'facility', facility }))
    throw new Error(`${where}.first: ${files.first} is not for facility ${facility}: make it anew for that one`);
  return { keys: keys.data, first: { order, jws } };
}
