import type { Bound, Charge, Grant } from '../../protocol/call.ts';
import type { CallId, Millis, Money } from '../../protocol/units.ts';
import type { Session } from '../database/schema.ts';
import { affordable } from '../money/price.ts';
import type { Limit } from './limit.ts';

/** Talk granted in all, and the bound that makes it the last. */
export interface Quota {
  readonly quota: Millis;
  readonly final: Bound | null;
}

/** The most that may be granted when `wanted` is asked for, the call's limit being `limit` and `money` all there is to pay with. */
export function quotaFor(wanted: Millis, limit: Limit, rate: Money, money: Money): Quota {
  const paid = affordable(rate, money);
  if (paid !== null && paid < limit.ms && paid <= wanted) return { quota: paid, final: 'balance' };
  if (limit.ms <= wanted) return { quota: limit.ms, final: limit.bound };
  return { quota: wanted, final: null };
}

/** How a call is paid, as a grant and an ending tell it. */
export function chargeOf(session: Pick<Session, 'pays' | 'rate'>, balance: Money): Charge {
  return session.pays === 'free' ? { kind: 'free' } : { kind: session.pays, rate: session.rate, balance };
}

/** What of a session its grants are made of. */
export type Granted = Pick<Session, 'number' | 'until' | 'privileged' | 'recorded' | 'digits' | 'pays' | 'rate'> & {
  readonly call: CallId;
};

/** `balance`: what the paying account has beyond what other calls hold. */
export function grantOf(session: Granted, { quota, final }: Quota, validity: Millis, balance: Money): Grant {
  const { number, until, privileged, digits } = session;
  // Recording off anywhere wins, and a privileged call is never recorded.
  const recorded = session.recorded && !privileged;
  return { number, quota, final, validity, until, charge: chargeOf(session, balance), privileged, recorded, digits };
}
