import { BOUNDS, type Bound, type Refusal } from '../../protocol/call.ts';
import { after, between, type Instant, type Millis, millis } from '../../protocol/units.ts';
import type { CallRules } from './settings.ts';
import type { Deadline, Granted, Leave, TalkingState } from './state.ts';

const order = (bound: Bound): number => BOUNDS.indexOf(bound);

/** Of several ends of the talk the earliest; of equal ones that which stands first in `BOUNDS`. */
const earliest = (ends: readonly [Deadline, ...Deadline[]]): Deadline =>
  ends.reduce((a, b) => (b.at < a.at || (b.at === a.at && order(b.bound) < order(a.bound)) ? b : a));

/** Where the talk ends as things stand: the most restrictive of the terminal's limit, what is granted, and the hours. */
export function deadline(leave: Leave, accepted: Instant, rules: CallRules): Deadline {
  if (leave.kind === 'hotline') {
    return { at: after(accepted, leave.hotline.limit), bound: 'hotline-limit', known: true };
  }
  const { quota, final, until } = leave.grant;
  const last = final ?? leave.short;
  return earliest([
    { at: after(accepted, rules.limit), bound: 'terminal-limit', known: true },
    { at: after(accepted, quota), bound: last ?? 'quota', known: last !== null },
    ...(until === null ? [] : [{ at: until, bound: 'hours', known: true } as const]),
  ]);
}

/** What bounds a call for which the platform gives no more. */
export const boundOf = (refusal: Refusal): Bound =>
  refusal === 'no-balance' || refusal === 'no-account' ? 'balance' : refusal === 'outside-hours' ? 'hours' : 'quota';

/** How long the caller is told he may talk, from time zero at `start`: what is granted bit by bit, taken together. */
export function expected({ grant }: Granted, start: Instant, rules: CallRules): Millis {
  const { quota, final, until } = grant;
  const granted = final === null ? grant.expected : quota;
  const hours = until === null ? rules.limit : between(start, until);
  return millis(Math.min(rules.limit, granted, hours));
}

/** How long the parties may still talk as things stand, more of what is granted bit by bit included. */
export function left({ leave, accepted, deadline }: TalkingState, now: Instant, rules: CallRules): Millis {
  const open = leave.kind === 'call' && !deadline.known;
  return between(now, open ? after(accepted, expected(leave, accepted, rules)) : deadline.at);
}
