import type { CallId, Instant } from '../../protocol/units.ts';
import type { Action } from './action.ts';
import { covered, type Outcome, type Step } from './cover.ts';
import { end, type Reason, release } from './ending.ts';
import type { CoreEvent, Event } from './event.ts';
import type { Input } from './input.ts';
import { onDialling } from './phases/dialling.ts';
import { onEnded } from './phases/ended.ts';
import { onEnrolling } from './phases/enrolling.ts';
import { onGreeting } from './phases/greeting.ts';
import { enterLanguage, onLanguage } from './phases/language.ts';
import { enterBench, onMaintenance } from './phases/maintenance.ts';
import { onAuthorising, onNumber } from './phases/number.ts';
import { onIdentifying, onPin } from './phases/pin.ts';
import { onTalking, timeUp } from './phases/talking.ts';
import { onVerifying } from './phases/verifying.ts';
import type { Settings } from './settings.ts';
import type { CallState, IdleState, Lift, State } from './state.ts';
import { drops, halted, refusedLift } from './stops.ts';
import { Turn } from './turn.ts';

export type { Step } from './cover.ts';
export type { State } from './state.ts';

type Lifted = Exclude<CallState, IdleState>;

/**
 * The state of a terminal that has just started: handset down, and nothing known yet.
 * Until the first `lockdown` event tells what was ordered before the restart, no call starts.
 */
export function initial(settings: Settings): State {
  return {
    settings,
    coming: null,
    lockdown: { state: 'disabled', mode: 'drain', source: null, reason: null },
    faults: [],
    registration: 'unregistered',
    bench: false,
    volume: 0,
    call: { phase: 'idle', last: null },
    cover: null,
  };
}

/**
 * Makes of a state and an event the next state and what is to be done, in order. Pure: the same is always
 * made of the same. An event of another call, or of something no longer waited for, changes nothing.
 */
export const step = (state: State, event: Event): Step => covered(stepCall, state, event);

function stepCall(state: State, event: Event): Outcome {
  const known = learn(state, event);
  if (known.call.phase === 'idle')
    return event.type === 'off-hook' ? lift(known, event.call, event.at) : renewed({ state: known, actions: [] });
  return goOn(known, known.call, event);
}

const still = (state: State): Outcome => ({ state, actions: [] });

/** What is true of the terminal whether or not there is a call. */
function learn(state: State, event: CoreEvent): State {
  switch (event.type) {
    case 'lockdown':
      return { ...state, lockdown: event.lockdown, bench: state.bench && !drops(event.lockdown) };
    case 'registration':
      return { ...state, registration: event.registration };
    case 'bench': {
      const free = state.call.phase === 'idle' && !drops(state.lockdown);
      return { ...state, bench: event.on && (free || state.bench) };
    }
    case 'fault': {
      const others = state.faults.filter((fault) => fault !== event.fault);
      return { ...state, faults: event.state === 'raised' ? [...others, event.fault] : others };
    }
    case 'rules':
      return { ...state, coming: { ...(state.coming ?? state.settings), rules: event.rules } };
    case 'hotlines':
      return { ...state, coming: { ...(state.coming ?? state.settings), hotlines: event.hotlines } };
    default:
      return state;
  }
}

/** No call is up any more, or none was: what the facility has set since holds from here. */
function renewed({ state, actions }: Outcome): Outcome {
  if (state.coming === null || state.call.phase !== 'idle') return { state, actions };
  const { levels } = state.coming.rules;
  const louder: Action[] = levels === state.settings.rules.levels ? [] : [{ type: 'set-levels', levels }];
  return { state: { ...state, settings: state.coming, coming: null }, actions: [...actions, ...louder] };
}

/** The handset is lifted: that is written down before anything is heard of it. */
function lift(state: State, call: CallId, at: Instant): Outcome {
  const fresh: Lift = {
    call,
    lifted: at,
    at,
    language: null,
    phases: [],
    timers: {},
    saying: { caller: null, callee: null },
    next: { say: 0, run: 0, request: 0 },
    open: false,
    quality: null,
    redirections: [],
    voice: null,
  };
  const turn = new Turn(state.settings, fresh, at);
  turn.journal({ type: 'lifted', call, at });
  turn.do({ type: 'set-volume', gain: gain(state, 0) });
  const refused = state.bench ? null : refusedLift(state);
  const next = state.bench ? enterBench(turn) : refused === null ? enterLanguage(turn) : end(turn, null, refused);
  return conclude({ ...state, volume: 0 }, turn, next);
}

/** Time that is up is noticed at whatever comes first, be it of no interest by itself. */
function goOn(state: State, call: Lifted, event: Event): Outcome {
  const turn = new Turn(state.settings, call.lift, event.at);
  const late = call.phase === 'talking' && call.deadline.at <= turn.at ? timeUp(turn, call) : null;
  const input = accept(turn, event);
  if (input === null) return late === null ? still(state) : conclude(state, turn, late);
  // First, so that it is heard at once.
  if (input.type === 'key') turn.do({ type: 'key-beep' });
  const next = advance(turn, state, late ?? call, input);
  const volume = volumeAfter(state, input);
  if (volume !== state.volume) turn.do({ type: 'set-volume', gain: gain(state, volume) });
  return conclude({ ...state, volume }, turn, next);
}

/** The event as its phase sees it; null where it is not waited for. */
function accept(turn: Turn, event: Event): Input | null {
  if ('call' in event && event.call !== turn.lift.call) return null;
  switch (event.type) {
    case 'off-hook':
    case 'rules':
    case 'hotlines':
      return null;
    case 'timer':
      if (turn.lift.timers[event.timer] !== event.run) return null;
      turn.fired(event.timer);
      return event;
    case 'said': {
      const { caller, callee } = turn.lift.saying;
      if (event.say !== caller && event.say !== callee) return null;
      turn.said(event.say);
      return { type: 'said', to: event.say === caller ? 'caller' : 'callee' };
    }
    case 'quality':
      turn.quality(event.quality);
      return event;
    case 'redirected':
      turn.redirected(event.how, event.to);
      return event;
    default:
      return event;
  }
}

/** What overrules every phase comes first: handset down, a lockdown, a fault. */
function advance(turn: Turn, state: State, call: Lifted, input: Input): CallState {
  if (input.type === 'on-hook') return release(turn, call);
  const stop: Reason | null =
    call.phase === 'ended' ? null : input.type === 'cut-off' ? 'cut-off' : halted(state, call.phase);
  return call.phase === 'ended' || stop === null ? inPhase(turn, call, input) : end(turn, call, stop);
}

function inPhase(turn: Turn, call: Lifted, input: Input): CallState {
  switch (call.phase) {
    case 'language':
      return onLanguage(turn, call, input);
    case 'pin':
      return onPin(turn, call, input);
    case 'identifying':
      return onIdentifying(turn, call, input);
    case 'verifying':
      return onVerifying(turn, call, input);
    case 'enrolling':
      return onEnrolling(turn, call, input);
    case 'number':
      return onNumber(turn, call, input);
    case 'authorising':
      return onAuthorising(turn, call, input);
    case 'dialling':
    case 'ringing':
      return onDialling(turn, call, input);
    case 'greeting':
      return onGreeting(turn, call, input);
    case 'talking':
      return onTalking(turn, call, input);
    case 'maintenance':
      return onMaintenance(turn, call, input);
    case 'ended':
      return onEnded(turn, call, input);
  }
}

/** The books of the lift, as this turn leaves them, go into the state that was come to. */
function conclude(state: State, turn: Turn, call: CallState): Outcome {
  const kept = call.phase === 'idle' ? call : { ...call, lift: turn.lift };
  return renewed({ state: { ...state, call: kept }, actions: turn.actions });
}

const gain = ({ settings }: State, volume: number): number => settings.rules.volumeSteps[volume] ?? 0;

/** Louder or softer by a step, or round by one; back to the first when the handset goes down. */
function volumeAfter({ settings, volume }: State, input: Input): number {
  if (input.type === 'on-hook') return 0;
  if (input.type !== 'volume') return volume;
  const steps = settings.rules.volumeSteps.length;
  if (input.direction === 'next') return (volume + 1) % steps;
  const wanted = volume + (input.direction === 'up' ? 1 : -1);
  return Math.min(Math.max(wanted, 0), steps - 1);
}
