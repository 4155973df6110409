import { type Kysely, sql } from 'kysely';
import type { FacilityId, Instant, TerminalId } from '../../../protocol/units.ts';
import { batches } from '../../database/batches.ts';
import type { Schema } from '../../database/schema.ts';
import type { Due, Outage } from './spans.ts';

/** Longer than a report looks back, ms. */
const KEPT = 366 * 86_400_000;

/** What lasts in these facilities, as far as it was written. */
export const openOutages = (db: Kysely<Schema>, facilities: readonly FacilityId[]): Promise<Outage[]> =>
  db
    .selectFrom('outages')
    .selectAll()
    .where('facility', 'in', [...facilities])
    .where('until', 'is', null)
    .execute();

/** Since when phones of a facility are not heard of. */
export async function offlineSince(
  db: Kysely<Schema>,
  facility: FacilityId,
  terminals: readonly TerminalId[],
): Promise<ReadonlyMap<TerminalId, Instant>> {
  if (terminals.length === 0) return new Map();
  const rows = await db
    .selectFrom('outages')
    .select(['terminal', 'since'])
    .where((eb) => eb.and({ facility, what: 'offline' }))
    .where(sql<boolean>`terminal = any(${[...terminals]})`)
    .where('until', 'is', null)
    .execute();
  return new Map(rows.map(({ terminal, since }) => [terminal, since]));
}

/** The rows of a statement, as one parameter. */
const rowsOf = (outages: readonly Outage[]) => sql`jsonb_to_recordset(${JSON.stringify(outages)}::jsonb)
  r(facility text, terminal text, what text, since bigint, until bigint, told boolean)`;

/**
 * Writes what is due, some hundred in a statement: thousands of phones come back at once. Doing it twice changes nothing. Gives the phones
 * of what has begun, as `facility terminal`, that somebody has put there: of others nothing is kept.
 */
export async function write(db: Kysely<Schema>, { begun, changed }: Due): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const some of batches(begun)) {
    const { rows } = await sql<{ facility: FacilityId; terminal: TerminalId }>`
      with known as (select r.* from ${rowsOf(some)} join terminals t on (t.facility, t.id) = (r.facility, r.terminal)),
        kept as (insert into outages (facility, terminal, what, since, until, told)
          select facility, terminal, what, since, until, told from known order by facility, terminal, what
          on conflict do nothing)
      select distinct facility, terminal from known`.execute(db);
    for (const { facility, terminal } of rows) there.add(`${facility} ${terminal}`);
  }
  for (const some of batches(changed))
    await sql`
      update outages o set until = r.until, told = r.told from ${rowsOf(some)}
        where (o.facility, o.terminal, o.what) = (r.facility, r.terminal, r.what) and o.until is null`.execute(db);
  return there;
}

/** Takes away what is over for longer than a report looks back, and what lasts of phones that are there no more; gives the latter. */
export async function clearOutages(
  db: Kysely<Schema>,
  now: Instant,
): Promise<Pick<Outage, 'facility' | 'terminal' | 'what'>[]> {
  await db
    .deleteFrom('outages')
    .where('until', '<', (now - KEPT) as Instant)
    .execute();
  const { rows } = await sql<Outage>`
    delete from outages o where until is null
      and not exists (select from terminals t where (t.facility, t.id) = (o.facility, o.terminal))
      returning facility, terminal, what`.execute(db);
  return rows;
}
