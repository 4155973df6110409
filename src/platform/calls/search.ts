import { type Kysely, sql } from 'kysely';
import type { RecordQuery } from '../../protocol/api/records.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { CallKey } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import { lifts } from './ledger.ts';

/** A piece of what is found: after which, and how many. */
export interface Piece {
  readonly after: string;
  readonly limit: number;
}

/** Lifts as they are asked for, the newest first, and one more than the limit; `tips`: those of tip lines are seen as what they were. */
export function searchLifts(
  db: Kysely<Schema>,
  facility: FacilityId,
  wanted: RecordQuery,
  { after, limit }: Piece,
  tips: boolean,
): Promise<Found[]> {
  const { terminal, unit, caller, name, number, dialled, kind, ending } = wanted;
  const { privileged, talked, charged, from, to, differs } = wanted;
  const seen = seenAs(tips);
  let select = visible(db, tips).where('records.facility', '=', facility);
  if (terminal) select = select.where('records.terminal', '=', terminal);
  if (unit) select = select.where('records.unit', '=', unit);
  if (caller) select = select.where(seen.of(caller));
  if (name) select = select.where(sql<boolean>`strpos(lower(callers.name), lower(${name})) > 0`);
  if (number) select = select.where(sql<boolean>`(records.number = ${number} or records.dialled = ${number})`);
  if (dialled) select = select.where('records.dialled', '=', dialled);
  if (kind) select = select.where(sql<boolean>`${seen.kind} = ${kind}`);
  if (ending) select = select.where(sql<boolean>`${seen.ending} = ${ending}`);
  if (privileged !== undefined) select = select.where(sql<boolean>`${seen.privileged} = ${privileged}`);
  if (talked !== undefined) select = select.where(sql<boolean>`${seen.talked} >= ${talked}`);
  if (charged !== undefined) select = select.where(sql<boolean>`coalesce(sessions.charged, 0) >= ${charged}`);
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

const COVER = sql`records.record -> 'cover'`;

/** A lift by what it was. */
const AS_IT_WAS = {
  caller: sql`records.caller`,
  of: (caller: string) => sql<boolean>`records.caller = ${caller}`,
  kind: sql`records.kind`,
  ending: sql`records.ending`,
  privileged: sql`(records.record ->> 'privileged')::boolean`,
  talked: sql`records.talked`,
  there: sql<boolean>`true`,
};

/** Of a tip line it is the cover that tells who had shown himself, and how it ended: what `shown` makes of it, for the database. */
const AS_COVERED: typeof AS_IT_WAS = {
  caller: sql`case when records.hidden then ${COVER} ->> 'caller' else records.caller end`,
  of: (caller) =>
    sql<boolean>`((not records.hidden and records.caller = ${caller}) or (records.hidden and ${COVER} ->> 'caller' = ${caller}))`,
  kind: sql`case when records.hidden then 'attempt' else records.kind end`,
  ending: sql`case when records.hidden then ${COVER} -> 'ending' ->> 'reason' else records.ending end`,
  privileged: sql`(not records.hidden and (records.record ->> 'privileged')::boolean)`,
  talked: sql`case when records.hidden then 0 else records.talked end`,
  there: sql<boolean>`(not records.hidden or ${COVER} is not null)`,
};

/** What is seen of records by those who may see tip lines, or may not: for them one that has no cover is as if it were not `there`. */
export const seenAs = (tips: boolean): typeof AS_IT_WAS => (tips ? AS_IT_WAS : AS_COVERED);

const visible = (db: Kysely<Schema>, tips: boolean) =>
  lifts(db)
    .leftJoin('callers', (join) =>
      join.onRef('callers.facility', '=', 'records.facility').on(sql<boolean>`callers.id = ${seenAs(tips).caller}`),
    )
    .select(['callers.name', 'records.dialled'])
    .where(seenAs(tips).there);

/** A lift, with the name of its caller as far as it may be seen. */
export type Found = NonNullable<Awaited<ReturnType<typeof oneLift>>>;

/** The place of a lift in the list. */
export const cursorOf = ({ record: { lifted, terminal, call } }: Found): string => `${lifted}.${terminal}.${call}`;

function olderThan(cursor: string) {
  const [, lifted, terminal, call] = /^(\d{1,15})\.([\w-]{1,63})\.([\da-f-]{36})$/.exec(cursor) ?? [];
  if (lifted === undefined) throw new HttpError(400, 'after: `next` of the piece before is wanted');
  return sql<boolean>`(records.lifted, records.terminal, records.call)
    < (${Number(lifted) as Instant}::bigint, ${terminal}::text, ${call}::uuid)`;
}
