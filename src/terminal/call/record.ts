import type { CallRecord, Ending } from '../../protocol/call.ts';
import { between, type Instant, type Millis } from '../../protocol/units.ts';
import type { CallState, EndedState, IdleState, Leave, Lift } from './state.ts';
import type { Turn } from './turn.ts';

/** A call that is not over. */
export type LiveState = Exclude<CallState, IdleState | EndedState>;

/** Talk so far; never more than was granted, however late the end was noticed. */
export const talked = (call: LiveState, now: Instant): Millis =>
  call.phase === 'talking' ? between(call.accepted, Math.min(now, call.deadline.at) as Instant) : (0 as Millis);

/** How a call is paid for. */
export const chargeOf = (leave: Leave) => (leave.kind === 'call' ? leave.grant.charge : ({ kind: 'free' } as const));

/** Attorney, clergy, a hotline listed so: never recorded, analysed or sampled. */
export const isPrivileged = (leave: Leave): boolean =>
  leave.kind === 'call' ? leave.grant.privileged : leave.hotline.privileged;

/** A tip line. */
export const isHidden = (leave: Leave): boolean => leave.kind === 'hotline' && leave.hotline.hidden;

function callerOf(call: LiveState) {
  if ('caller' in call) return call.caller;
  return 'leave' in call && call.leave.kind === 'call' ? call.leave.caller : null;
}

/** The one record of a lift, as its call ends after `talked`. `call` is as it was until now; null for a lift refused at once. */
export function recordOf(turn: Turn, call: LiveState | null, ending: Ending, talked: Millis): CallRecord {
  const { lift, at } = turn;
  const { facility, unit, terminal } = turn.settings;
  const leave = call !== null && 'leave' in call ? call.leave : null;
  return {
    call: lift.call,
    terminal,
    facility,
    unit,
    kind: leave?.kind ?? 'attempt',
    language: lift.language,
    caller: call && callerOf(call),
    number: leave && (leave.kind === 'call' ? leave.grant.number : leave.hotline.number),
    phases: [...lift.phases],
    lifted: lift.lifted,
    answered: call !== null && 'answered' in call ? call.answered : null,
    accepted: call?.phase === 'talking' ? call.accepted : null,
    ended: at,
    talked,
    ending,
    charge: leave && chargeOf(leave),
    quality: lift.quality,
    redirections: [...lift.redirections],
    privileged: leave !== null && isPrivileged(leave),
    hidden: leave !== null && isHidden(leave),
    ...voiceOf(turn.lift, call),
  };
}

function voiceOf({ voice: outcome }: Lift, call: LiveState | null): Pick<CallRecord, 'voice'> {
  const others = call?.phase === 'talking' ? [...call.voices.others] : [];
  return outcome === null && others.length === 0 ? {} : { voice: { outcome, others } };
}
