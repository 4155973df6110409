import type { Kysely } from 'kysely';
import type { CallerId, FacilityId, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';

/** A caller's own list, in the order of the numbers. */
export const listOf = (db: Kysely<Schema>, facility: FacilityId, caller: CallerId) =>
  db
    .selectFrom('allowed_numbers')
    .select(['number', 'privileged', 'free', 'limit_ms', 'digits', 'recorded', 'overrides_block'])
    .where('facility', '=', facility)
    .where('caller', '=', caller)
    .orderBy('number')
    .execute();

type Entry = Awaited<ReturnType<typeof listOf>>[number];

/** Entries of one list, at most; as in the site file. */
const MOST = 100;

/** Puts an entry on a caller's list, in place of one of the same number. Gives that one; `full` where there is no more room. */
export async function putOnList(
  trx: Trx,
  facility: FacilityId,
  caller: CallerId,
  entry: Entry,
): Promise<Entry | null | 'full'> {
  const there = await listOf(trx, facility, caller);
  const before = there.find(({ number }) => number === entry.number) ?? null;
  if (before === null && there.length >= MOST) return 'full';
  await trx
    .insertInto('allowed_numbers')
    .values({ facility, caller, ...entry })
    .onConflict((c) => c.columns(['facility', 'caller', 'number']).doUpdateSet(entry))
    .execute();
  return before;
}

/** Takes a number off a caller's list. False where it is not on it. */
export async function takeOffList(
  trx: Trx,
  facility: FacilityId,
  caller: CallerId,
  number: PhoneNumber,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('allowed_numbers')
    .where((eb) => eb.and({ facility, caller, number }))
    .executeTakeFirst();
  return Number(numDeletedRows) === 1;
}
