import type { Instant } from '../../../../protocol/units.ts';
import type { HookState } from '../state.ts';
import { type Attended, failed, passed } from './part.ts';

/** No hand moves a handset up and down again so quickly, ms. */
const CHATTER = 60;
/** More changes than these are not kept: the contact is bad as it is. */
const MOST = 20;

export const startHook = (): HookState => ({ part: 'hook', by: 'hand', changes: [] });

/** The handset up and down once, in whichever order it lies. */
export const hook: Attended<HookState> = {
  touch(state, touch, at) {
    if (touch.type !== 'hook' || touch.hook === state.changes.at(-1)?.hook) return { now: state };
    const changes = [...state.changes, { hook: touch.hook, at: at as Instant }];
    const gaps = changes.slice(1).map((change, n) => change.at - (changes[n]?.at ?? 0));
    const shortest = Math.min(...gaps);
    if (changes.length >= MOST || shortest < CHATTER) {
      const remedy = 'clean or replace the hook switch, or give it a longer debounce in the board file';
      return failed('hook', `the contact chatters: it changed again after ${shortest} ms`, remedy, {
        shortestMs: shortest,
      });
    }
    return changes.length < 2 ? { now: { ...state, changes } } : passed('hook', 'up and down were both seen');
  },
  missing({ changes }) {
    const seen =
      changes[0]?.hook === 'off'
        ? 'the handset was seen up, and never down'
        : 'the handset was seen down, and never up';
    return {
      detail: changes.length === 0 ? 'no change was seen' : seen,
      remedy: 'check the hook switch and its wires; if up and down are exchanged, the polarity in the board file',
    };
  },
  todo({ changes }) {
    const last = changes.at(-1)?.hook;
    if (last === undefined) return 'Lift the handset, or put it down if it is up.';
    return last === 'off' ? 'Put the handset down.' : 'Lift the handset.';
  },
};
