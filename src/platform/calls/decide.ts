import type { Refusal } from '../../protocol/call.ts';
import type { CallId, Instant, Millis, Money, PhoneNumber } from '../../protocol/units.ts';
import type { Asker } from '../context.ts';
import { refusalOf } from '../numbers/allowed.ts';
import { hasRoom, isAskedFor } from '../numbers/wish.ts';
import { refusalByCalls } from './allowance.ts';
import type { Facts } from './facts.ts';
import { type Quota, quotaFor } from './grant.ts';
import { boundsAt } from './limit.ts';
import type { Session } from './tables.ts';

type Terms = Pick<
  Session,
  | 'rate'
  | 'account'
  | 'pays'
  | 'privileged'
  | 'recorded'
  | 'digits'
  | 'watched'
  | 'learns'
  | 'limit_ms'
  | 'limit_bound'
  | 'until'
>;

export type Decision =
  | { say: 'refuse'; reason: Refusal }
  /** The number is not on his list, and staff are asked for it. */
  | { say: 'ask-staff'; caller: NonNullable<Facts['caller']> }
  /** A call of the same caller on the same terminal was never ended: it cannot be going on. */
  | { say: 'close-first'; call: CallId }
  /** `money`: what the account had free when it was looked at. */
  | { say: 'grant'; terms: Terms; quota: Quota; money: Money; caller: NonNullable<Facts['caller']> };

/** Whether a call may be made, on what terms, and for how long. Pure: all it depends on is in `facts`. */
export function decide(facts: Facts, asker: Asker, number: PhoneNumber | null, chunk: Millis, now: Instant): Decision {
  const refuse = (reason: Refusal): Decision => ({ say: 'refuse', reason });
  if (facts.caller === null) return refuse('not-identified');
  if (facts.suspended) return refuse('caller-suspended');
  if (facts.voice !== null) return refuse(facts.voice);
  if (number === null) return refuse('number-invalid');
  const { dialling, listed, allowed } = facts;
  const learns = !allowed && hasRoom(facts.unlisted);
  const refusal = refusalOf({ dialling, listed, blocks: facts.blocks.map((b) => b.kind), allowed, learns });
  // What cannot be rated is nothing that staff could let him call.
  if (refusal === 'number-not-allowed' && facts.rate && isAskedFor(facts.unlisted))
    return { say: 'ask-staff', caller: facts.caller };
  if (refusal) return refuse(refusal);
  const bounds = boundsAt(
    {
      timeZone: facts.time_zone,
      limits: [
        { bound: 'facility-limit', ms: facts.facility_limit },
        { bound: 'unit-limit', ms: facts.unit_limit },
        { bound: 'caller-limit', ms: facts.caller_limit },
        { bound: 'number-limit', ms: (listed?.limit_ms ?? null) as Millis | null },
      ],
      times: [
        { hours: facts.facility_hours, holidays: facts.holidays },
        { hours: facts.unit_hours },
        { hours: facts.phone_hours },
        { hours: facts.caller_hours },
      ],
    },
    now,
  );
  if (!bounds) return refuse('outside-hours');
  // One lift makes one call; one that has its record makes none.
  if (facts.granted || facts.over) return refuse('caller-busy');
  if (facts.busy)
    return facts.busy.terminal === asker.terminal
      ? { say: 'close-first', call: facts.busy.call }
      : refuse('caller-busy');

  const privileged = Boolean(listed?.privileged || allowed?.privileged);
  // Whom the law lets him call he may call as often as he needs to.
  const spent = privileged ? null : refusalByCalls(facts, now);
  if (spent) return refuse(spent);
  const terms = {
    privileged,
    watched: facts.watched === true && !privileged,
    learns,
    recorded: facts.recorded && (listed?.recorded ?? true),
    digits: listed?.digits ?? ('block' as const),
    limit_ms: bounds.limit.ms,
    limit_bound: bounds.limit.bound,
    until: bounds.until,
  };
  const grant = (payer: Pick<Terms, 'account' | 'pays'>, rate: Money, quota: Quota, money: Money): Decision => ({
    say: 'grant',
    terms: { ...terms, ...payer, rate },
    quota,
    money,
    caller: facts.caller as NonNullable<Facts['caller']>,
  });

  const free = listed?.free || allowed?.free;
  // What cannot be rated cannot be charged: such a number is not served.
  if (!free && !facts.rate) return refuse('number-not-allowed');
  const rate = (free || !facts.rate ? 0 : facts.rate.per_minute + facts.rate.facility_adds) as Money;
  if (rate === 0) {
    const payer = { account: null, pays: 'free' as const };
    return grant(payer, rate, quotaFor(chunk, bounds.limit, rate, 0 as Money), 0 as Money);
  }
  // The family's account for this number pays first, the caller's own where that has nothing left.
  for (const pays of ['prepaid', 'debit'] as const) {
    const payer = facts[pays];
    if (!payer) continue;
    const money = payer.available as Money;
    const quota = quotaFor(chunk, bounds.limit, rate, money);
    if (quota.quota >= 1_000) return grant({ account: payer.id, pays }, rate, quota, money);
  }
  return refuse(facts.prepaid || facts.debit ? 'no-balance' : 'no-account');
}
