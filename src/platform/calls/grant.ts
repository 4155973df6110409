import type { Bound, Charge, Grant } from '../../protocol/call.ts';
import { type CallId, type Millis, type Money, millis } from '../../protocol/units.ts';
import { affordable } from '../money/price.ts';
import type { Limit } from './limit.ts';
import type { Session } from './tables.ts';

/** Talk granted in all, and the bound that makes it the last. */
export interface Quota {
  readonly quota: Millis;
  readonly final: Bound | null;
  /** What later requests may bring it to, as limit and money stand. */
  readonly expected: Millis;
}

/** The most that may be granted when `wanted` is asked for, the call's limit being `limit` and `money` all there is to pay with. */
export function quotaFor(wanted: Millis, limit: Limit, rate: Money, money: Money): Quota {
  const paid = affordable(rate, money);
  const expected = paid === null ? limit.ms : millis(Math.min(paid, limit.ms));
  if (paid !== null && paid < limit.ms && paid <= wanted) return { quota: paid, final: 'balance', expected };
  if (limit.ms <= wanted) return { quota: limit.ms, final: limit.bound, expected };
  return { quota: wanted, final: null, expected };
}

/** How a call is paid, as a grant and an ending tell it. */
export function chargeOf(session: Pick<Session, 'pays' | 'rate'>, balance: Money): Charge {
  return session.pays === 'free' ? { kind: 'free' } : { kind: session.pays, rate: session.rate, balance };
}

/** What of a session its grants are made of. */
export type Granted = Pick<
  Session,
  'number' | 'until' | 'privileged' | 'recorded' | 'digits' | 'watched' | 'pays' | 'rate'
> & {
  readonly call: CallId;
};

/** `balance`: what the paying account has beyond what other calls hold. */
export function grantOf(session: Granted, { quota, final, expected }: Quota, validity: Millis, balance: Money): Grant {
  const { number, until, privileged, digits } = session;
  // Recording off anywhere wins, and a privileged call is never recorded.
  const recorded = session.recorded && !privileged;
  const charge = chargeOf(session, balance);
  const watched = session.watched === true && !privileged && { watched: true as const };
  return { number, quota, final, expected, validity, until, charge, privileged, recorded, ...watched, digits };
}
