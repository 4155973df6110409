import type { Action } from './action.ts';
import type { Event } from './event.ts';
import type { Settings } from './settings.ts';
import type { State } from './state.ts';

/** What one event makes of a state, and what is to be done about it, in order. */
export interface Step {
  readonly state: State;
  readonly actions: readonly Action[];
}

/**
 * The state of a terminal that has just started: handset down, and nothing known yet.
 * Until the first `lockdown` event tells what was ordered before the restart, no call starts.
 */
export function initial(settings: Settings): State {
  return {
    settings,
    lockdown: { state: 'disabled', mode: 'drain', source: null, reason: null },
    faults: [],
    registration: 'unregistered',
    volume: 0,
    call: { phase: 'idle', last: null },
  };
}

/** Makes of a state and an event the next state and what is to be done, in order. Pure. */
export function step(state: State, _event: Event): Step {
  return { state, actions: [] };
}
