import type { BlockScope, Bound, Ending, EndingReason } from '../../protocol/call.ts';
import type { Instant, Millis } from '../../protocol/units.ts';
import type { Tone } from './action.ts';
import type { Prompt } from './clip.ts';
import { isHidden, type LiveState, recordOf, talked } from './record.ts';
import type { EndedState, IdleState } from './state.ts';
import type { Turn } from './turn.ts';

/** What the caller is told. One who hung up hears nothing, nor does one whose call a power cut ended. */
const REASONS: Readonly<Record<Exclude<EndingReason, 'caller-hung-up' | 'restarted'>, Prompt>> = {
  'callee-hung-up': 'ended-callee-hung-up',
  'time-up': 'ended-time-up',
  'refused-by-callee': 'ended-refused',
  'blocked-by-callee': 'ended-blocked-by-callee',
  'not-accepted': 'ended-not-accepted',
  'no-answer': 'ended-no-answer',
  busy: 'ended-busy',
  unreachable: 'ended-unreachable',
  'pin-wrong': 'ended-pin-wrong',
  'pin-locked': 'ended-pin-locked',
  'caller-timeout': 'ended-caller-timeout',
  'platform-unreachable': 'ended-platform-unreachable',
  lockdown: 'ended-lockdown',
  disabled: 'ended-disabled',
  'hardware-fault': 'ended-hardware-fault',
  'network-fault': 'ended-network-fault',
  'media-lost': 'ended-media-lost',
  maintenance: 'ended-maintenance',
  'cut-off': 'ended-cut-off',
  'number-invalid': 'ended-number-invalid',
  'number-not-allowed': 'ended-number-not-allowed',
  'number-asked-for': 'ended-number-asked-for',
  'number-blocked': 'ended-number-blocked',
  'no-account': 'ended-no-account',
  'no-balance': 'ended-no-balance',
  'outside-hours': 'ended-outside-hours',
  'caller-suspended': 'ended-caller-suspended',
  'caller-busy': 'ended-caller-busy',
  'no-calls-left': 'ended-no-calls-left',
  'too-soon': 'ended-too-soon',
  'not-identified': 'ended-pin-wrong',
  'voice-refused': 'ended-voice-refused',
  'voice-staff': 'ended-voice-staff',
  'voice-needed': 'ended-voice-needed',
  'voice-changed': 'ended-voice-changed',
};

/** Of the limits, those of which more can be said than that time is up. */
const BOUND_REASONS: Partial<Record<Bound, Prompt>> = {
  balance: 'ended-balance',
  hours: 'ended-hours',
  quota: 'ended-quota',
};

/** What the called party is told before the line is dropped; at the end of the time the same as the caller. Lockdowns and faults drop it at once. */
const FAREWELLS: Partial<Record<EndingReason, Prompt>> = {
  'refused-by-callee': 'goodbye',
  'not-accepted': 'goodbye',
  'voice-changed': 'ended-voice-changed',
};

const BLOCKED: Readonly<Record<BlockScope, Prompt>> = {
  caller: 'blocked-caller-goodbye',
  facility: 'blocked-facility-goodbye',
};

/** The longest a farewell takes; the line is dropped then even where nobody tells that it was said. */
const FAREWELL = 8_000 as Millis;

/** A reason a call can end for while the handset stays up. */
export type Reason = keyof typeof REASONS;

const reasonFor = (reason: Reason, bound: Bound | undefined): Prompt =>
  (reason === 'time-up' && bound !== undefined && BOUND_REASONS[bound]) || REASONS[reason];

/** What the caller hears once he was told why, until he hangs up. */
export const toneAfter = (reason: EndingReason): Tone => (reason === 'busy' ? 'busy' : 'reorder');

/**
 * All that ends with a call, in the order that matters: the parties part, the line goes, the platform lets go of
 * what it holds, the record is written. Exactly once a lift.
 */
function finish(
  turn: Turn,
  call: LiveState | null,
  ending: Ending,
  { farewell, held, silence = 0 }: { farewell: Prompt | null; held: boolean; silence?: number | undefined },
): void {
  const used = call ? talked(call, (turn.at - silence) as Instant) : (0 as Millis);
  const id = turn.lift.call;
  const dialled = call !== null && 'leave' in call;
  if (call?.phase === 'talking') turn.do({ type: 'bridge', call: id, on: false });
  if (call !== null && 'answering' in call && call.answering.at === 'listening') turn.listenNoMore();
  if (call?.phase === 'maintenance' && call.stage.at === 'echo') turn.do({ type: 'echo', on: false });
  turn.stopAll();
  if (farewell !== null) {
    turn.say('callee', [farewell]);
    turn.start('farewell', FAREWELL);
  } else if (dialled) {
    turn.hush('callee');
    turn.do({ type: 'hang-up', call: id });
  }
  if (turn.lift.open) {
    turn.open(false);
    turn.ask({ type: 'end', used });
  }
  turn.enter('ended');
  turn.journal({ type: 'record', record: recordOf(turn, call, ending, used), ...(held && { held }) });
}

/** Whose record waits for the handset: of a lift in which nobody was called, as of one in which a tip line was. */
const waits = (call: LiveState | null): boolean => call === null || !('leave' in call) || isHidden(call.leave);

/** What else is known of an ending. */
export interface Detail {
  readonly bound?: Bound;
  readonly sip?: number | null;
  /** For how long nothing has come of the called party: nobody pays for that. */
  readonly silence?: Millis;
  readonly blocks?: BlockScope;
}

const endingOf = (call: LiveState | null, reason: EndingReason, { bound, sip, blocks }: Detail): Ending => ({
  reason,
  during: call?.phase ?? 'idle',
  ...(bound !== undefined && { bound }),
  ...(sip !== undefined && sip !== null && { sip }),
  ...(blocks !== undefined && { blocks }),
});

function farewellOf(reason: Reason, why: Prompt, { blocks }: Detail): Prompt | null {
  if (reason === 'time-up') return why;
  return blocks === undefined ? (FAREWELLS[reason] ?? null) : BLOCKED[blocks];
}

/**
 * Ends a call while the handset is up and says why. `call` is null for a lift that is refused at once; with a
 * hardware fault that is done without a sound.
 */
export function end(turn: Turn, call: LiveState | null, reason: Reason, detail: Detail = {}): EndedState {
  const ending = endingOf(call, reason, detail);
  const answered = call?.phase === 'talking' || call?.phase === 'greeting';
  const why = reasonFor(reason, detail.bound);
  const farewell = answered ? farewellOf(reason, why, detail) : null;
  const held = waits(call);
  finish(turn, call, ending, { farewell, held, silence: detail.silence });
  if (call !== null || reason !== 'hardware-fault') {
    turn.say('caller', [why, 'please-hang-up']);
  }
  return { phase: 'ended', lift: turn.lift, ending, farewell: farewell !== null, held };
}

/** Whether it is a technician who has the handset: one who has not yet shown his code is a caller like any other. */
const isAtWork = (call: LiveState): boolean =>
  call.phase === 'maintenance' && call.stage.at !== 'code' && call.stage.at !== 'checking';

/** Handset down: whatever was under way is over and let go. */
export function release(turn: Turn, call: LiveState | EndedState): IdleState {
  let ending: Ending;
  if (call.phase === 'ended') {
    ending = call.ending;
    turn.stopAll();
    turn.hush('callee');
    if (call.farewell) turn.do({ type: 'hang-up', call: turn.lift.call });
    if (call.held) turn.journal({ type: 'down', call: turn.lift.call, at: turn.at });
  } else {
    ending = endingOf(call, isAtWork(call) ? 'maintenance' : 'caller-hung-up', {});
    finish(turn, call, ending, { farewell: null, held: false });
  }
  turn.hush('caller');
  turn.tone(null);
  return { phase: 'idle', last: ending };
}
