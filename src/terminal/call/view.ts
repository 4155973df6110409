import type { Bound, Charge, Ending, OtherVoice, Phase, Quality } from '../../protocol/call.ts';
import { after, type CallId, type Instant, type Language, type Millis } from '../../protocol/units.ts';
import { left } from './limits.ts';
import { chargeOf, talked } from './record.ts';
import type { State } from './state.ts';
import { otherOf } from './voices.ts';

/** What is told of a call to those who watch: status, page, log. */
export interface View {
  readonly phase: Phase;
  readonly hook: 'on' | 'off';
  readonly call: CallId | null;
  readonly lifted: Instant | null;
  readonly language: Language | null;
  /** Time zero. */
  readonly accepted: Instant | null;
  /** When the talk ends as things stand, and by which limit. */
  readonly deadline: Instant | null;
  readonly bound: Bound | null;
  /** When it ends with all that may still be granted. */
  readonly ends: Instant | null;
  /** Talk so far and left; null where nobody talks or no `now` was given. */
  readonly talked: Millis | null;
  readonly left: Millis | null;
  /** How the call is paid for, once it is granted. */
  readonly charge: Charge | null;
  /** How the parties hear each other, as last told. */
  readonly quality: Quality | null;
  /** Who has the handset in the caller's place. */
  readonly otherVoice: OtherVoice | null;
  /** How this call ended or, when idle, the last one. */
  readonly ending: Ending | null;
}

/** The state as others may see it. */
export function view({ call, settings }: State, now?: Instant): View {
  const talking = call.phase === 'talking' ? call : null;
  const idle = call.phase === 'idle';
  return {
    phase: call.phase,
    hook: idle ? 'on' : 'off',
    call: idle ? null : call.lift.call,
    lifted: idle ? null : call.lift.lifted,
    language: idle ? null : call.lift.language,
    accepted: talking?.accepted ?? null,
    deadline: talking?.deadline.at ?? null,
    bound: talking?.deadline.bound ?? null,
    ends: talking && after(talking.accepted, left(talking, talking.accepted, settings.rules)),
    talked: talking && now !== undefined ? talked(talking, now) : null,
    left: talking && now !== undefined ? left(talking, now, settings.rules) : null,
    charge: 'leave' in call ? chargeOf(call.leave) : null,
    quality: idle ? null : call.lift.quality,
    otherVoice: talking ? otherOf(talking.voices) : null,
    ending: idle ? call.last : call.phase === 'ended' ? call.ending : null,
  };
}
