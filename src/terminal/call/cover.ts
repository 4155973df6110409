import type { CallRecord, Cover } from '../../protocol/call.ts';
import type { Action } from './action.ts';
import type { Event } from './event.ts';
import { isHidden } from './record.ts';
import type { CallState, State } from './state.ts';

/** The core as it is without covers. */
type Core = (state: State, event: Event) => Outcome;

/** What comes of an event, whatever of it may be told. */
export interface Outcome {
  readonly state: State;
  readonly actions: readonly Action[];
}

/** What may be told of a step: what happened, and what was done about it. */
interface Told {
  readonly event: Event;
  readonly actions: readonly Action[];
}

/** What one event makes of a state, and what is to be done about it, in order. */
export interface Step {
  readonly state: State;
  readonly actions: readonly Action[];
  /** Null where nothing is. */
  readonly told: Told | null;
}

/** Numbers of a cover's recordings and timers begin here, so that what comes back is known to be the cover's. */
const FIRST = 1_000_000;

/** The state as it is told: with the cover in place of the call, where there is one. */
export const toldOf = (state: State): State =>
  state.cover === null ? state : { ...state, call: state.cover, cover: null };

/**
 * A step of `core`. From the moment that a tip line is dialled a second call goes on beside it, told in its place: what the same keys
 * would have come to on a phone that has no such line, and a caller who keys no more. It is the same core, so that it cannot do what an
 * ordinary call does not, with the same clocks: its timers run, and what would be said is said to nobody.
 */
export function covered(core: Core, state: State, event: Event): Step {
  const real = core(state, event);
  if (state.cover !== null) return beside(core, state, state.cover, event, real);
  const { call } = real.state;
  if (call.phase !== 'dialling' || !isHidden(call.leave) || state.call.phase === 'dialling')
    return { ...real, told: isStale(state.call, event) ? null : { event, actions: real.actions } };
  const told = instead(state.call, event);
  const cover = core(withoutTips(state, state.call), told);
  const stops = real.actions.filter(({ type }) => type === 'stop-timer');
  const others = real.actions.filter(({ type }) => type !== 'stop-timer');
  return {
    state: { ...real.state, cover: cover.state.call },
    // Nothing of the cover waits for what the call has to write.
    actions: [
      ...stops,
      ...unheard(cover.actions),
      ...others.map((action) => withCover(action, recordIn(cover.actions))),
    ],
    told: { event: told, actions: cover.actions },
  };
}

/** One event in the call and in its cover, each of which takes what is its own. */
function beside(core: Core, state: State, cover: CallState, event: Event, real: Outcome): Step {
  if (!concerns(cover, event)) return { state: { ...real.state, cover }, actions: real.actions, told: null };
  const next = core({ ...withoutTips(state, cover), cover: null }, event);
  const told = { event, actions: next.actions };
  const record = recordIn(next.actions);
  if (event.type === 'on-hook')
    return {
      state: { ...real.state, cover: null },
      actions: [...real.actions.map((action) => withCover(action, record)), ...unheard(next.actions)],
      told,
    };
  const written: Action[] =
    record === null
      ? []
      : [{ type: 'journal', entry: { type: 'cover', call: record.call, at: record.ended, cover: coverOf(record) } }];
  return {
    state: { ...real.state, cover: next.state.call },
    actions: [...real.actions, ...written, ...unheard(next.actions)],
    told,
  };
}

/** What comes late, of a call that is over: it changes nothing, and what call that was is not told by it. */
const isStale = (call: CallState, event: Event): boolean =>
  'call' in event && event.type !== 'off-hook' && (call.phase === 'idle' || event.call !== call.lift.call);

/** Keys are the caller's own, and what comes of the line is the call's; of timers and recordings each has his. */
function concerns(cover: CallState, event: Event): boolean {
  if (cover.phase === 'idle') return false;
  const { timers, saying } = cover.lift;
  switch (event.type) {
    case 'timer':
      return timers[event.timer] === event.run;
    case 'said':
      return event.say === saying.caller;
    case 'on-hook':
    case 'lockdown':
    case 'fault':
    case 'cut-off':
    case 'registration':
      return true;
    default:
      return false;
  }
}

/**
 * What is told to have happened where the code was whole. A key is that key, and keys that were pressed before they were asked for are these. A pound at the PIN would be the end of a wrong PIN, and a
 * pause that ends a code is none without it: a star is told there, which begins anew.
 */
function instead(call: CallState, event: Event): Event {
  if (call.phase === 'number' || event.type === 'reply' || (event.type === 'key' && event.key !== '#')) return event;
  return { type: 'key', key: '*', at: event.at };
}

/** The state as that of a phone without tip lines, with `call` up. */
function withoutTips(state: State, call: CallState): State {
  const hotlines = state.settings.hotlines.filter(({ hidden }) => !hidden);
  return { ...state, settings: { ...state.settings, hotlines }, call: renumbered(withoutCodes(call)) };
}

function withoutCodes(call: CallState): CallState {
  if (!('code' in call) || call.code === null) return call;
  return { ...call, code: { ...call.code, fits: call.code.fits.filter(({ hidden }) => !hidden) } };
}

function renumbered(call: CallState): CallState {
  if (call.phase === 'idle') return call;
  const { next } = call.lift;
  if (next.run >= FIRST) return call;
  return { ...call, lift: { ...call.lift, next: { ...next, say: next.say + FIRST, run: next.run + FIRST } } };
}

/** Of what a cover does: its timers run, and its recordings take their time. */
const unheard = (actions: readonly Action[]): Action[] =>
  actions.flatMap((action): Action[] => {
    switch (action.type) {
      case 'start-timer':
      case 'stop-timer':
        return [action];
      case 'say':
      case 'hush':
        return [{ ...action, to: 'nobody' }];
      default:
        return [];
    }
  });

const recordIn = (actions: readonly Action[]): CallRecord | null =>
  actions.flatMap((a) => (a.type === 'journal' && a.entry.type === 'record' ? [a.entry.record] : []))[0] ?? null;

/**
 * A cover that comes to its end where the call is written down anyway is written with it: an ordinary lift has one thing to write there, and
 * what waits for the disk, as the status does, is to wait no longer.
 */
function withCover(action: Action, record: CallRecord | null): Action {
  if (record === null || action.type !== 'journal') return action;
  const { entry } = action;
  const cover = coverOf(record);
  if (entry.type === 'dialled' || entry.type === 'down') return { ...action, entry: { ...entry, cover } };
  if (entry.type === 'record') return { ...action, entry: { ...entry, record: { ...entry.record, cover } } };
  return action;
}

/** What an ordinary record tells that a tip line's may not. */
const coverOf = ({ language, caller, phases, ended, ending }: CallRecord): Cover => ({
  language,
  caller,
  phases,
  ended,
  ending,
});
