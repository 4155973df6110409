import type { VolumeButton } from '../event.ts';
import type { PartState } from '../state.ts';
import { type Attended, passed } from './part.ts';

type VolumeState = Extract<PartState, { part: 'volume'; by: 'hand' }>;
type TamperState = Extract<PartState, { part: 'tamper'; by: 'hand' }>;

const named = (button: VolumeButton): string => (button === 'next' ? 'the volume button' : `volume ${button}`);

/** Each volume button once. */
export const volume: Attended<VolumeState> = {
  touch(state, touch) {
    if (touch.type !== 'volume') return { now: state };
    const wanted = state.wanted.filter((direction) => direction !== touch.direction);
    return wanted.length > 0 ? { now: { ...state, wanted } } : passed('volume', 'every volume button came');
  },
  missing: ({ wanted }) => ({
    detail: `never came: ${wanted.map(named).join(' and ')}`,
    remedy: 'check the button and its wire; where there is none, take it out of the board file',
  }),
  todo: ({ wanted }) => `Press ${wanted.map(named).join(', then ')}. Skip where this phone has none.`,
};

/** The tamper switch both ways. */
export const tamper: Attended<TamperState> = {
  touch(state, touch) {
    if (touch.type !== 'tamper' || state.seen.includes(touch.open)) return { now: state };
    const seen = [...state.seen, touch.open];
    return seen.length < 2 ? { now: { ...state, seen } } : passed('tamper', 'open and shut were both seen');
  },
  missing: ({ seen }) => ({
    detail: seen.length === 0 ? 'no change was seen' : `only ${seen[0] ? 'open' : 'shut'} was seen`,
    remedy: 'check the tamper switch and its wire; where there is none, take it out of the board file',
  }),
  todo({ seen }) {
    const [first] = seen;
    if (first === undefined)
      return 'Press and release the tamper switch of the housing. Skip where this phone has none.';
    return first ? 'Shut the housing, or press the tamper switch.' : 'Release the tamper switch.';
  },
};
