import { type Kysely, type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import type { Alert, AlertFilter } from '../../protocol/api/alerts.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import type { Raised } from './raised.ts';
import type { AlertsTables } from './tables.ts';

type Row = Selectable<AlertsTables['alerts']>;

/** Open alerts of a facility at most: those of kinds and places beyond are counted and logged alone. */
const MOST_OPEN = 1_000;

/** Keeps alarms, each with those of its kind and place that nobody has acknowledged yet. Gives the facilities whose alerts are others now. */
export async function keepRaised(db: Kysely<Schema>, raised: readonly Raised[]): Promise<Set<FacilityId>> {
  const { rows } = await sql<{ facility: FacilityId }>`
    insert into alerts as kept (facility, kind, place, what, first, last, times)
      select r.facility, r.kind, r.place, r.what, r.first, r.last, r.times
        from jsonb_to_recordset(${JSON.stringify(raised)}::jsonb)
          r(facility text, kind text, place text, what text, first bigint, last bigint, times integer)
        join facilities f on f.id = r.facility
        where exists (select from alerts a where a.acknowledged is null
            and (a.facility, a.kind, a.place) = (r.facility, r.kind, r.place))
          or (select count(*) from alerts a where a.facility = r.facility and a.acknowledged is null) < ${MOST_OPEN}
        order by r.facility, r.kind, r.place
      on conflict (facility, kind, place) where acknowledged is null do update
        set what = excluded.what, last = greatest(kept.last, excluded.last), times = kept.times + excluded.times
      returning facility`.execute(db);
  return new Set(rows.map(({ facility }) => facility));
}

/** How many alerts of a facility are open, and the last that happened. */
export interface OpenAlerts {
  readonly open: number;
  readonly latest: Alert | null;
}

export async function openAlerts(db: Kysely<Schema>, facility: FacilityId): Promise<OpenAlerts> {
  const last = await db
    .selectFrom('alerts')
    .selectAll()
    .select((eb) => eb.fn.countAll<number>().over().as('open'))
    .where('facility', '=', facility)
    .where('acknowledged', 'is', null)
    .orderBy('last', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { open: last?.open ?? 0, latest: last ? inWords(last) : null };
}

/** Alerts as they are asked for, the last that happened first, and one more than the limit. */
export function alertsOf(
  db: Kysely<Schema>,
  facility: FacilityId,
  { state, limit, after }: z.output<typeof AlertFilter>,
): Promise<Row[]> {
  const query = db
    .selectFrom('alerts')
    .selectAll()
    .where('facility', '=', facility)
    .where('acknowledged', state === 'open' ? 'is' : 'is not', null)
    .orderBy('last', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  return (after === '' ? query : query.where(olderThan(after))).execute();
}

/** The place of an alert in the list. */
export const cursorOf = ({ last, id }: Row): string => `${last}.${id}`;

function olderThan(cursor: string) {
  const [, last, id] = /^(\d{1,15})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (last === undefined) throw new HttpError(400, 'after: `next` of the piece before is wanted');
  return sql<boolean>`(last, id) < (${last}::bigint, ${id}::bigint)`;
}

/**
 * Somebody has seen it: what happens from now on is another.
 * @throws HttpError 404, 409
 */
export async function acknowledge(trx: Trx, facility: FacilityId, id: number, by: string, at: Instant): Promise<Row> {
  const done = await trx
    .updateTable('alerts')
    .set({ acknowledged: at, acknowledged_by: by })
    .where((eb) => eb.and({ facility, id }))
    .where('acknowledged', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (done) return done;
  const before = await trx
    .selectFrom('alerts')
    .select('acknowledged_by')
    .where((eb) => eb.and({ facility, id }))
    .executeTakeFirst();
  if (!before) throw new HttpError(404, `there is no alert ${id}`);
  throw new HttpError(409, `it was acknowledged before, by ${before.acknowledged_by}`);
}

/** Forgets what last happened before `before`. */
export async function forgetAlerts(db: Kysely<Schema>, before: Instant): Promise<void> {
  await db.deleteFrom('alerts').where('last', '<', before).execute();
}

/** An alert in the words of the API. */
export const inWords = ({ facility: _, place, first, last, acknowledged, ...alert }: Row): Alert => ({
  ...{ id: alert.id, kind: alert.kind, what: alert.what, times: alert.times },
  place: place === '' ? null : place,
  ...{ first: momentText(first), last: momentText(last), acknowledged: momentTextOrNull(acknowledged) },
  acknowledged_by: alert.acknowledged_by,
});
