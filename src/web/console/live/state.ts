import type { LivePhone } from '../../../protocol/api/live.ts';
import { type EndingReason, type Phase, REFUSALS } from '../../../protocol/call.ts';

/** What a phone is doing, as live monitors of the field show it. */
export type State =
  | 'on-hook'
  | 'offhook'
  | 'pin'
  | 'voice'
  | 'dialing'
  | 'pan-lookup'
  | 'ringing'
  | 'greeting'
  | 'talking'
  | 'done'
  | 'denied'
  | 'locked-down'
  | 'disabled'
  | 'out-of-service'
  | 'not-answering';

const OF_PHASE: Readonly<Record<Exclude<Phase, 'ended'>, State>> = {
  idle: 'on-hook',
  language: 'offhook',
  pin: 'pin',
  identifying: 'pin',
  verifying: 'voice',
  enrolling: 'voice',
  number: 'dialing',
  authorising: 'pan-lookup',
  dialling: 'ringing',
  ringing: 'ringing',
  greeting: 'greeting',
  talking: 'talking',
  maintenance: 'out-of-service',
};

/** Endings with which somebody was told no. */
const DENIED: readonly EndingReason[] = [...REFUSALS, 'pin-wrong', 'pin-locked'];

/** The state of a phone. */
export function stateOf({ online, phase, ending, hook, lockdown }: LivePhone): State {
  if (online !== true) return 'not-answering';
  if (phase === 'ended') return ending !== null && DENIED.includes(ending) ? 'denied' : 'done';
  const state = phase === null ? 'on-hook' : OF_PHASE[phase];
  if (state !== 'on-hook') return state;
  if (lockdown?.state === 'lockdown') return 'locked-down';
  if (lockdown?.state === 'disabled') return lockdown.source === null ? 'out-of-service' : 'disabled';
  return hook === 'off' ? 'offhook' : 'on-hook';
}

/** Below this a call is hard to follow (MOS, ITU-T P.800: 3 is fair). */
export const HEARD_BADLY = 3;

/** Whether somebody should look at this phone. */
export const needsLook = (phone: LivePhone): boolean =>
  phone.online !== true ||
  phone.faults.length > 0 ||
  phone.otherVoice ||
  phone.registration === 'unregistered' ||
  phone.test?.verdict === 'failed' ||
  (phone.mos !== null && phone.mos < HEARD_BADLY);
