import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Outages, OutOfOrder, ReportQuery } from '../../../protocol/api/reports.ts';
import { momentTextOrNull } from '../../../protocol/api/wire.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';

/**
 * The phones that were out of order in some days by the facility's own clock, those that were for longest first: by one statement. What
 * overlaps is one time; what lasts counts until `now`. Of the report are the phones that are there now.
 */
export async function outages(
  db: Kysely<Schema>,
  facility: FacilityId,
  { first, last }: ReportQuery,
  now: Instant,
): Promise<z.input<typeof Outages>['items']> {
  const midnight = (day: string, after: number) =>
    sql`(extract(epoch from (${day}::date + ${after}::int)::timestamp at time zone time_zone) * 1000)::bigint`;
  const { rows } = await sql<{
    terminal: TerminalId;
    unit: UnitId;
    times: number;
    total: number;
    longest: number;
    what: OutOfOrder[];
    since: Instant | null;
  }>`
    with days as (
        select ${midnight(first, 0)} as begin, least(${midnight(last, 1)}, ${now}::bigint) as finish
          from facilities where id = ${facility}),
      spans as (
        select o.*, int8range(greatest(o.since, days.begin), greatest(o.since, days.begin, least(o.until, days.finish))) as span
          from days join outages o on o.facility = ${facility}
            and (o.until is null or o.until > days.begin) and o.since < days.finish),
      stretches as (
        select terminal, count(*)::int as times, sum(upper(one) - lower(one))::bigint as total, max(upper(one) - lower(one)) as longest
          from (select terminal, unnest(range_agg(span)) as one from spans group by 1) united group by 1),
      kinds as (
        select terminal, array_agg(distinct what order by what) as what, min(since) filter (where until is null) as since
          from spans group by 1)
    select stretches.*, kinds.what, kinds.since, t.unit
      from stretches join kinds using (terminal) join terminals t on (t.facility, t.id) = (${facility}, terminal)
      order by total desc, terminal`.execute(db);
  return rows.map(({ since, ...row }) => ({ ...row, since: momentTextOrNull(since) }));
}
