import { between, type Instant, type Millis, millis } from '../../../protocol/units.ts';
import { credit, schedule } from '../credit.ts';
import { end } from '../ending.ts';
import type { Timer } from '../event.ts';
import type { Input } from '../input.ts';
import { deadline } from '../limits.ts';
import { duration } from '../speech.ts';
import type {
  CallState,
  DiallingState,
  EndedState,
  GreetingState,
  Leave,
  RingingState,
  TalkingState,
} from '../state.ts';
import type { Turn } from '../turn.ts';
import { UNHEARD } from '../voices.ts';
import { isWatched, watch } from '../watching.ts';

/** How often it is written down that talk goes on. */
const NOTE = 10_000 as Millis;
/** A warning this near to its time says the round figure it is for. */
const NEAR = 2_000;
/** Less than this is over before it is said. */
const SPEAKABLE = 2_000;

/**
 * Time zero: the called party has accepted (or, on a hotline, answered). From here, and only from here, the parties
 * hear each other: once it is written down.
 */
export function enterTalking(
  turn: Turn,
  call: DiallingState | RingingState | GreetingState,
  leave: Leave,
  answered: Instant,
): CallState {
  const accepted = turn.at;
  const ends = deadline(leave, accepted, turn.rules);
  if (ends.at <= accepted) return end(turn, call, 'time-up', { bound: ends.bound });
  turn.enter('talking');
  turn.journal({ type: 'accepted', call: turn.lift.call, at: accepted });
  turn.hush('caller');
  turn.hush('callee');
  turn.tone(null);
  turn.start('deadline', between(accepted, ends.at));
  turn.start('talking', NOTE);
  turn.do({ type: 'bridge', call: turn.lift.call, on: true });
  if (isWatched(leave)) turn.do({ type: 'watch', call: turn.lift.call });
  schedule(turn, leave, accepted, millis(0));
  return warn(turn, {
    phase: 'talking',
    lift: turn.lift,
    leave,
    answered,
    accepted,
    deadline: ends,
    warned: null,
    voices: UNHEARD,
  });
}

/** The warnings, as time left, that have not been given. */
const warnings = (turn: Turn, { warned }: TalkingState): Millis[] =>
  turn.rules.warnings.filter((left) => warned === null || left < warned);

/** Sets the timer of the next warning, where the end is known and one is still to come. */
function warn(turn: Turn, call: TalkingState): TalkingState {
  turn.stop('warning');
  const next = Math.max(...warnings(turn, call), 0);
  if (call.deadline.known && next > 0) turn.start('warning', millis(call.deadline.at - next - turn.at));
  return call;
}

/** "You have - one - minute - remaining", to both. */
function sayLeft(turn: Turn, call: TalkingState): TalkingState {
  const left = between(turn.at, call.deadline.at);
  const passed = warnings(turn, call).filter((warning) => warning >= left - NEAR);
  const warned = passed.length === 0 ? call.warned : millis(Math.min(...passed));
  const spoken = warned !== null && Math.abs(warned - left) <= NEAR ? warned : left;
  if (spoken >= SPEAKABLE) turn.say('both', ['you-have', ...duration(spoken, turn.language), 'remaining']);
  return warn(turn, { ...call, warned });
}

/** More was granted, or is known not to be: the end may be another, and warnings of it are due anew. */
function replan(turn: Turn, call: TalkingState, leave: Leave): TalkingState {
  const ends = deadline(leave, call.accepted, turn.rules);
  const moved = ends.at !== call.deadline.at;
  if (moved) turn.start('deadline', between(turn.at, ends.at));
  const next = { ...call, leave, deadline: ends };
  if (!moved && ends.known === call.deadline.known) return next;
  return warn(turn, moved ? { ...next, warned: null } : next);
}

/** The limit that binds has come. */
export const timeUp = (turn: Turn, call: TalkingState): EndedState =>
  end(turn, call, 'time-up', { bound: call.deadline.bound });

export function onTalking(turn: Turn, before: TalkingState, input: Input): CallState {
  const leave = credit(turn, before.leave, before.accepted, input);
  const call = leave === before.leave ? before : replan(turn, before, leave);
  if (call.deadline.at <= turn.at) return timeUp(turn, call);
  switch (input.type) {
    case 'key':
      if (leave.kind === 'hotline' || leave.grant.digits === 'pass') {
        turn.do({ type: 'send-digit', call: turn.lift.call, digit: input.key });
      }
      return call;
    case 'far-ended':
      return end(turn, call, 'callee-hung-up');
    case 'media-lost':
      return end(turn, call, 'media-lost', { silence: input.silence });
    case 'dial-failed':
      return end(turn, call, 'network-fault');
    case 'timer':
      return onTimer(turn, call, input.timer);
    default:
      return watch(turn, call, input);
  }
}

function onTimer(turn: Turn, call: TalkingState, timer: Timer): CallState {
  switch (timer) {
    case 'deadline':
      return timeUp(turn, call);
    case 'warning':
      return sayLeft(turn, call);
    case 'talking':
      turn.journal({ type: 'talking', call: turn.lift.call, at: turn.at });
      turn.start('talking', NOTE);
      return call;
    default:
      return call;
  }
}
