import type { EndingReason } from '../../../protocol/call.ts';
import { millis } from '../../../protocol/units.ts';
import type { Clip } from '../clip.ts';
import { credit, schedule } from '../credit.ts';
import { end, type Reason } from '../ending.ts';
import type { DialFailure } from '../event.ts';
import type { Input } from '../input.ts';
import { expected } from '../limits.ts';
import { chargeOf, isHidden, isPrivileged } from '../record.ts';
import { allowance, money } from '../speech.ts';
import type { CallState, DiallingState, Leave, RingingState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { enterGreeting, keepName } from './greeting.ts';
import { enterTalking } from './talking.ts';

const FAILURES = {
  busy: 'busy',
  rejected: 'refused-by-callee',
  unreachable: 'unreachable',
  network: 'network-fault',
} as const satisfies Record<DialFailure, EndingReason>;

/** Dials at once; the caller is told meanwhile how long he may talk. */
export function dial(turn: Turn, leave: Leave): DiallingState {
  const { call } = turn.lift;
  const number = leave.kind === 'call' ? leave.grant.number : leave.hotline.number;
  const privileged = isPrivileged(leave);
  const hidden = isHidden(leave);
  turn.stop('stall', 'inter-digit');
  turn.enter('dialling');
  turn.journal({
    type: 'dialled',
    call,
    at: turn.at,
    kind: leave.kind,
    language: turn.language,
    caller: leave.kind === 'call' ? leave.caller : null,
    number,
    grant: leave.kind === 'call' ? leave.grant : null,
    hidden,
    privileged,
  });
  turn.do({ type: 'dial', call, number, privileged, hidden });
  // Nobody waits for it: it is there before anybody answers, or the greeting does without.
  if (leave.kind === 'call' && leave.grant.named) turn.ask({ type: 'name' });
  turn.say('caller', announcement(turn, leave));
  turn.start('ring', turn.rules.ring);
  schedule(turn, leave, null, millis(0));
  return { phase: 'dialling', lift: turn.lift, leave };
}

/** "You have - ten - minutes - for this call": and what money he has, where it is the caller's own. */
function announcement(turn: Turn, leave: Leave): Clip[] {
  if (leave.kind === 'hotline') return ['one-moment'];
  const charge = chargeOf(leave);
  const time = allowance(expected(leave, turn.at, turn.rules), turn.language);
  const own: Clip[] = charge.kind === 'debit' ? ['your-balance-is', ...money(charge.balance, turn.language)] : [];
  return [...own, 'you-have', ...time, 'for-this-call'];
}

/** Before the answer. What the network itself would let the caller hear is never let through: he hears our ringback. */
export function onDialling(turn: Turn, before: DiallingState | RingingState, input: Input): CallState {
  const leave = credit(turn, before.leave, null, input);
  const call = leave === before.leave ? before : { ...before, leave };
  switch (input.type) {
    case 'ringing':
      if (call.phase === 'ringing') return call;
      turn.enter('ringing');
      if (turn.lift.saying.caller === null) turn.tone('ringback');
      return { phase: 'ringing', lift: turn.lift, leave };
    case 'said':
      if (call.phase === 'ringing') turn.tone('ringback');
      return call;
    case 'answered':
      turn.stop('ring');
      return leave.kind === 'call' ? enterGreeting(turn, call, leave) : enterTalking(turn, call, leave, turn.at);
    case 'dial-failed': {
      const reason: Reason = FAILURES[input.failure];
      return end(turn, call, reason, { sip: input.sip });
    }
    case 'far-ended':
      return end(turn, call, 'unreachable');
    case 'timer':
      return input.timer === 'ring' ? end(turn, call, 'no-answer') : call;
    case 'reply':
      keepName(turn, leave, input.reply);
      return call;
    default:
      return call;
  }
}
