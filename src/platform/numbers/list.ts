import { type Kysely, sql } from 'kysely';
import type { CallerId, FacilityId, PhoneNumber } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import type { Schema } from '../database/schema.ts';

/** A caller's own list, in the order of the numbers. */
export const listOf = (db: Kysely<Schema>, facility: FacilityId, caller: CallerId) =>
  db
    .selectFrom('allowed_numbers')
    .select(['number', 'privileged', 'free', 'limit_ms', 'digits', 'recorded', 'overrides_block', 'added_by'])
    .where('facility', '=', facility)
    .where('caller', '=', caller)
    .orderBy('number')
    .execute();

export type Entry = Awaited<ReturnType<typeof listOf>>[number];

/** Entries of one list, at most; as in the site file. */
export const MOST = 100;

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
  await putEntries(trx, [{ facility, caller, ...entry }]);
  return before;
}

/** Puts entries on lists, each in place of one of the same number. */
export async function putEntries(
  trx: Trx,
  entries: readonly (Entry & { readonly facility: FacilityId; readonly caller: CallerId })[],
): Promise<void> {
  // As one document: a site file brings hundreds of thousands, and ten parameters for each take longer than to write it.
  for (const some of batches(entries))
    await sql`
      insert into allowed_numbers (facility, caller, number, privileged, free, limit_ms, digits, recorded, overrides_block, added_by)
        select facility, caller, number, privileged, free, limit_ms, digits, recorded, overrides_block, added_by
          from jsonb_populate_recordset(null::allowed_numbers, ${JSON.stringify(some)}::jsonb)
        on conflict (facility, caller, number) do update set privileged = excluded.privileged, free = excluded.free,
          limit_ms = excluded.limit_ms, digits = excluded.digits, recorded = excluded.recorded,
          overrides_block = excluded.overrides_block, added_by = excluded.added_by`.execute(trx);
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
