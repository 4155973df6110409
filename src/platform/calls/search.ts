import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { RecordFilter } from '../../protocol/api/records.ts';
import type { CallerId, FacilityId, Instant } from '../../protocol/units.ts';
import type { CallKey } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import { type Lifted, lifts } from './ledger.ts';

/** Lifts as they are asked for, the newest first, and one more than the limit; `tips`: those of tip lines are seen as what they were. */
export function searchLifts(
  db: Kysely<Schema>,
  facility: FacilityId,
  wanted: z.output<typeof RecordFilter>,
  tips: boolean,
): Promise<Lifted[]> {
  const { terminal, unit, caller, number, ending, from, to, differs, limit, after } = wanted;
  let select = visible(db, tips).where('records.facility', '=', facility);
  if (terminal) select = select.where('records.terminal', '=', terminal);
  if (unit) select = select.where('records.unit', '=', unit);
  if (caller) select = select.where(tips ? ofCaller(caller) : toldOfCaller(caller));
  if (number) select = select.where('records.number', '=', number);
  if (ending) select = select.where(tips ? sql<boolean>`records.ending = ${ending}` : toldEnding(ending));
  if (from !== undefined) select = select.where('records.lifted', '>=', from);
  if (to !== undefined) select = select.where('records.lifted', '<', to);
  if (differs) select = select.where('records.differs', 'is not', null);
  // What a cover does not show, nobody finds it by.
  if (!tips && (number || differs)) select = select.where('records.hidden', '=', false);
  if (after !== '') select = select.where(olderThan(after));
  return select
    .orderBy('records.lifted', 'desc')
    .orderBy('records.terminal', 'desc')
    .orderBy('records.call', 'desc')
    .limit(limit + 1)
    .execute();
}

/** One lift; undefined also where it may not be seen, by the same way. */
export const oneLift = (db: Kysely<Schema>, { facility, terminal, call }: CallKey, tips: boolean) =>
  visible(db, tips)
    .where('records.facility', '=', facility)
    .where('records.terminal', '=', terminal)
    .where('records.call', '=', call)
    .executeTakeFirst();

const ofCaller = (caller: CallerId) => sql<boolean>`records.caller = ${caller}`;

/** Of a tip line it is the cover that tells who had shown himself, and how it ended. */
const toldOfCaller = (caller: CallerId) =>
  sql<boolean>`(records.caller = ${caller} or (records.hidden and records.record -> 'cover' ->> 'caller' = ${caller}))`;
const toldEnding = (ending: string) =>
  sql<boolean>`case when records.hidden then records.record -> 'cover' -> 'ending' ->> 'reason' else records.ending end = ${ending}`;

/** A tip line that has no cover is for those who may not see it as if it were not there. */
const visible = (db: Kysely<Schema>, tips: boolean) =>
  lifts(db).$if(!tips, (query) =>
    query.where(sql<boolean>`(not records.hidden or records.record -> 'cover' is not null)`),
  );

/** The place of a lift in the list. */
export const cursorOf = ({ record: { lifted, terminal, call } }: Lifted): string => `${lifted}.${terminal}.${call}`;

function olderThan(cursor: string) {
  const [, lifted, terminal, call] = /^(\d{1,15})\.([\w-]{1,63})\.([\da-f-]{36})$/.exec(cursor) ?? [];
  if (lifted === undefined) throw new HttpError(400, 'after: `next` of the piece before is wanted');
  return sql<boolean>`(records.lifted, records.terminal, records.call)
    < (${Number(lifted) as Instant}::bigint, ${terminal}::text, ${call}::uuid)`;
}
