import { type Kysely, sql } from 'kysely';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** A part of a whole, with what it may well be in truth (95%). */
interface Rate {
  readonly seen: number;
  readonly of: number;
  readonly rate: number | null;
  readonly low: number;
  readonly high: number;
}

/** What a site can know of the errors of its own checks. */
export interface Rates {
  readonly days: number;
  readonly checks: Readonly<Record<'accepted' | 'refused' | 'unjudged', number>>;
  readonly flagged: number;
  /**
   * Refusals followed within an hour by a check of the same caller that was accepted, of all checks that were most likely of himself. Whoever
   * gives up after a refusal is not in it, and an impostor whom the caller follows is.
   */
  readonly misses: Rate;
  readonly unjudged: Rate;
}

/** The rates of a facility over some days. False accepts are not among them: nobody tells a platform of one. */
export async function ratesOf(db: Kysely<Schema>, facility: FacilityId, days: number, now: Instant): Promise<Rates> {
  const { rows } = await sql<Rates['checks'] & { flagged: number; missed: number }>`
    select (count(*) filter (where t.result = 'accepted'))::int as accepted,
        (count(*) filter (where t.result = 'refused'))::int as refused,
        (count(*) filter (where t.result = 'unjudged'))::int as unjudged,
        (count(*) filter (where t.outcome = 'flagged'))::int as flagged,
        (count(*) filter (where t.result = 'refused' and exists (
          select 1 from voice_tries later
            where later.facility = t.facility and later.caller = t.caller and later.result = 'accepted'
              and later.id > t.id and later.at <= t.at + ${HOUR}::bigint)))::int as missed
      from voice_tries t
      where t.facility = ${facility} and t.task = 'verify' and t.at > ${now - days * DAY}::bigint`.execute(db);
  const { accepted = 0, refused = 0, unjudged = 0, flagged = 0, missed = 0 } = rows[0] ?? {};
  return {
    days,
    checks: { accepted, refused, unjudged },
    flagged,
    misses: rateOf(missed, accepted + missed),
    unjudged: rateOf(unjudged, accepted + refused + unjudged),
  };
}

/** The quantile of the normal distribution that 95% lie within. */
const Z = 1.96;

/** A rate with its interval by Wilson's score, which is right for few and for none too. */
function rateOf(seen: number, of: number): Rate {
  if (of === 0) return { seen, of, rate: null, low: 0, high: 1 };
  const rate = seen / of;
  const spread = Z ** 2 / of;
  const middle = rate + spread / 2;
  const half = Z * Math.sqrt((rate * (1 - rate)) / of + spread / (4 * of));
  const within = (bound: number) => Math.min(1, Math.max(0, bound / (1 + spread)));
  return { seen, of, rate, low: within(middle - half), high: within(middle + half) };
}
