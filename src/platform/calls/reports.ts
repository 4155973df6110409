import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type {
  FigureBy,
  Figures,
  FrequentNumbers,
  ReportQuery,
  SharedNumbers,
  WrongPins,
} from '../../protocol/api/reports.ts';
import { amountText, momentText } from '../../protocol/api/wire.ts';
import type { FacilityId, Instant, Money, PhoneNumber } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { seenAs } from './search.ts';

/** What a report is of; `tips`: lifts of tip lines are seen as what they were. */
export interface Of {
  readonly db: Kysely<Schema>;
  readonly facility: FacilityId;
  readonly days: ReportQuery;
  readonly tips: boolean;
}

type Rows<S extends z.ZodType<unknown, { items: unknown[] }>> = z.input<S>['items'];

/** Numbers in a report at most. */
const MOST = 200;

/** The lifts of some days by the facility's own clock, as `lifts`, with `local`, which that clock showed. */
const liftsOf = ({ facility, days: { first, last }, tips }: Of): RawBuilder<unknown> => {
  const seen = seenAs(tips);
  const midnight = (day: RawBuilder<unknown>) =>
    sql`(extract(epoch from ${day}::timestamp at time zone time_zone) * 1000)`;
  return sql`
    here as (select id, time_zone, ${midnight(sql`${first}::date`)} as since, ${midnight(sql`(${last}::date + 1)`)} as until
      from facilities where id = ${facility}),
    lifts as (select records.terminal, records.unit, records.lifted, ${seen.caller} as caller, ${seen.ending} as ending,
        ${seen.talked} as talked, coalesce(s.charged, 0) as charged, records.dialled is not null as refused,
        case when ${tips} or not records.hidden then coalesce(records.number, records.dialled) end as number,
        to_timestamp(records.lifted / 1000.0) at time zone here.time_zone as local
      from here join records on records.facility = here.id and records.lifted >= here.since and records.lifted < here.until
      left join sessions s on (s.facility, s.terminal, s.call) = (records.facility, records.terminal, records.call)
      where ${seen.there})`;
};

const KEY: Readonly<Record<FigureBy, RawBuilder<unknown>>> = {
  hour: sql`to_char(local, 'HH24')`,
  day: sql`to_char(local, 'YYYY-MM-DD')`,
  unit: sql`unit`,
};

/** Lifts, calls, talk and money by hour of the day, by day or by unit. */
export async function figures(of: Of, by: FigureBy): Promise<Rows<typeof Figures>> {
  const { rows } = await sql<{ of: string; lifts: number; calls: number; talked: number; charged: Money }>`
    with ${liftsOf(of)}
    select ${KEY[by]} as of, count(*) as lifts, count(*) filter (where talked > 0) as calls,
        sum(talked)::bigint as talked, sum(charged)::bigint as charged
      from lifts group by 1 order by 1`.execute(of.db);
  return rows.map((row) => ({ ...row, charged: amountText(row.charged) }));
}

/** Where and when PINs were wrong. */
export async function wrongPins(of: Of): Promise<Rows<typeof WrongPins>> {
  const { rows } = await sql<{ terminal: string; hour: string; lifts: number; last: Instant }>`
    with ${liftsOf(of)}
    select terminal, ${KEY.hour} as hour, count(*) as lifts, max(lifted) as last
      from lifts where ending in ('pin-wrong', 'pin-locked')
      group by 1, 2 order by 3 desc, 1, 2 limit ${MOST}`.execute(of.db);
  return rows.map((row) => ({ ...row, last: momentText(row.last) }));
}

interface Dialled {
  readonly number: PhoneNumber;
  readonly times: number;
  readonly refused: number;
  readonly callers: string[] | null;
  readonly last: Instant;
}

/** Numbers that at least so many callers dialled, in an order. */
const dialledIn = (of: Of, callers: number, order: RawBuilder<unknown>) =>
  sql<Dialled>`
    with ${liftsOf(of)}
    select number, count(*) as times, count(*) filter (where refused) as refused, max(lifted) as last,
        array_agg(distinct caller order by caller) filter (where caller is not null) as callers
      from lifts where number is not null group by 1
      having count(distinct caller) >= ${callers} order by ${order}, 1 limit ${MOST}`.execute(of.db);

/** What was dialled most, the most first. */
export async function frequentNumbers(of: Of): Promise<Rows<typeof FrequentNumbers>> {
  const { rows } = await dialledIn(of, 0, sql`2 desc`);
  return rows.map((row) => ({ ...row, callers: row.callers?.length ?? 0, last: momentText(row.last) }));
}

/** What more than one caller dialled, the most callers first. */
export async function sharedNumbers(of: Of): Promise<Rows<typeof SharedNumbers>> {
  const { rows } = await dialledIn(of, 2, sql`count(distinct caller) desc`);
  return rows.map((row) => ({ ...row, callers: row.callers ?? [], last: momentText(row.last) }));
}
