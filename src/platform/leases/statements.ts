import { type Kysely, sql } from 'kysely';
import { type FacilityId, type Instant, type Millis, millis } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

/** Who has not renewed for this long is dead to the others, by the database's clock. */
export const LEASE: Millis = millis(6_000);

/** The database's clock: the only one that all platforms share. */
const now = sql<Instant>`(extract(epoch from now()) * 1000)::bigint`;

/** How things stand for one platform. */
export interface Standing {
  /** Platforms that live, this one among them. */
  readonly living: number;
  /** Others that have not renewed in time. */
  readonly lapsed: number;
  readonly facilities: number;
  /** Those it holds. */
  readonly held: readonly FacilityId[];
}

/** Another process under a name. */
export interface Holder {
  readonly process: string;
  readonly until: Instant;
}

/** Lives on for another `LEASE`. Null where it has been found dead meanwhile: then it holds nothing. */
export async function renew(db: Kysely<Schema>, process: string): Promise<Standing | null> {
  const { rows } = await sql<Standing & { own: number }>`
    with own as (update platforms set until = ${now} + ${LEASE}::bigint where process = ${process} returning 1),
      others as (select until < ${now} as lapsed from platforms where process <> ${process})
    select (select count(*) from own)::int as own,
      1 + (select count(*) from others where not lapsed)::int as living,
      (select count(*) from others where lapsed)::int as lapsed,
      (select count(*) from facilities)::int as facilities,
      array(select facility from leases where holder = ${process} order by facility) as held`.execute(db);
  const [standing] = rows;
  return standing && standing.own > 0 ? standing : null;
}

/** Whether a platform lives under a name. */
export async function isAlive(db: Kysely<Schema>, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('platforms')
    .select('process')
    .where('name', '=', name)
    .where('until', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes away what the dead held. One that renews at this moment lives: its row is looked at again when it can be had. */
export async function bury(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom('platforms').where('until', '<', now).execute();
}

/** Begins to live under a name. Null where that is so now, else who has the name. */
export async function enter(db: Kysely<Schema>, name: string, process: string): Promise<Holder | null> {
  await bury(db);
  const until = sql<Instant>`${now} + ${LEASE}::bigint`;
  const entered = await db
    .insertInto('platforms')
    .values({ process, name, until })
    .onConflict((c) => c.doNothing())
    .returning('process')
    .executeTakeFirst();
  if (entered) return null;
  const holder = await db
    .selectFrom('platforms')
    .select(['process', 'until'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (!holder) return enter(db, name, process);
  return holder.process === process ? null : holder;
}

/** Takes facilities that nobody holds, `most` of them at most; gives those it got. */
export async function take(db: Kysely<Schema>, process: string, most: number): Promise<FacilityId[]> {
  const { rows } = await sql<{ facility: FacilityId }>`
    insert into leases (facility, holder)
      select id, ${process}::uuid from facilities
        where not exists (select from leases where facility = id) order by id limit ${most}
      on conflict do nothing
      returning facility`.execute(db);
  return rows.map(({ facility }) => facility);
}

/** Gives facilities back, for others to take. */
export async function give(db: Kysely<Schema>, process: string, facilities: readonly FacilityId[]): Promise<void> {
  await db.deleteFrom('leases').where('holder', '=', process).where('facility', 'in', facilities).execute();
}

/** Lives no more, and holds nothing. */
export async function leave(db: Kysely<Schema>, process: string): Promise<void> {
  await db.deleteFrom('platforms').where('process', '=', process).execute();
}
