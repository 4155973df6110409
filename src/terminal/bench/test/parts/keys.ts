import { type Instant, KEYS, type Key } from '../../../../protocol/units.ts';
import type { KeysState } from '../state.ts';
import { type Attended, failed, type Outcome, passed } from './part.ts';

/** The same key again within this time is one press that came twice: no finger is so quick. */
const DOUBLED = 80;
/** No finger stays down so long in a test, ms. */
const STUCK = 8_000;

const list = (keys: readonly Key[]): string => keys.join(' ');

export const startKeys = (): KeysState => ({
  part: 'keys',
  by: 'hand',
  pressed: [],
  wanted: [...KEYS],
  wrong: null,
  doubled: [],
  stuck: [],
  down: {},
  last: null,
  slips: 0,
});

const withKey = (keys: readonly Key[], key: Key): Key[] => (keys.includes(key) ? [...keys] : [...keys, key]);

function press(state: KeysState, key: Key, at: Instant): KeysState {
  const { last, wanted, pressed } = state;
  const down = { ...state.down, [key]: at };
  const next = { ...state, down, last: { key, at } };
  if (last?.key === key && at - last.at < DOUBLED) return { ...next, doubled: withKey(state.doubled, key) };
  if (key !== wanted[0]) return { ...next, wrong: key, slips: state.slips + 1 };
  return { ...next, pressed: [...pressed, key], wanted: wanted.slice(1), wrong: null };
}

function release(state: KeysState, key: Key): KeysState {
  const { [key]: _, ...down } = state.down;
  return { ...state, down, stuck: state.stuck.filter((other) => other !== key) };
}

/** Keys that have been down for longer than a finger stays. */
function stuckNow(state: KeysState, at: number): KeysState {
  const stuck = (Object.entries(state.down) as [Key, Instant][]).filter(([, since]) => at - since >= STUCK);
  return stuck.length === state.stuck.length ? state : { ...state, stuck: stuck.map(([key]) => key) };
}

function judge(state: KeysState): Outcome {
  const { wanted, doubled, stuck, slips, down } = state;
  // The last key is still under the finger: its release belongs to the test.
  if (wanted.length > 0 || (Object.keys(down).length > 0 && stuck.length === 0)) return { now: state };
  const figures = { slips };
  if (stuck.length > 0) {
    return failed('keys', `stays down: ${list(stuck)}`, 'free the key, or replace the keypad', figures);
  }
  if (doubled.length > 0) {
    return failed(
      'keys',
      `comes twice for one press: ${list(doubled)}`,
      'a longer debounce in the board file, or another keypad',
      figures,
    );
  }
  return passed(
    'keys',
    `all ${KEYS.length} keys came, in order${slips > 0 ? `; ${slips} others in between` : ''}`,
    figures,
  );
}

/** Every key, one after the other as they lie on the keypad, so that two that are swapped cannot pass. */
export const keys: Attended<KeysState> = {
  touch(state, touch, at) {
    if (touch.type !== 'key') return { now: state };
    const next = touch.edge === 'down' ? press(state, touch.key, at as Instant) : release(state, touch.key);
    return judge(stuckNow(next, at));
  },
  late(state, at) {
    const next = stuckNow(state, at);
    return next === state ? null : judge(next);
  },
  lookAgain: ({ down, stuck }) => (Object.keys(down).length > stuck.length ? STUCK : null),
  missing({ wanted, wrong, stuck }) {
    if (wanted.length === 0)
      return { detail: `stays down: ${list(stuck)}`, remedy: 'free the key, or replace the keypad' };
    const instead = wrong === null ? '' : `; ${wrong} came when ${wanted[0]} was wanted`;
    return {
      detail: `never came: ${list(wanted)}${instead}`,
      remedy: 'a row or column of the keypad is not connected, or wired to another line: see the wiring of the board',
    };
  },
  todo({ wanted, wrong, stuck }) {
    if (stuck.length > 0) return `Key ${list(stuck)} stays down. Free it.`;
    const [next] = wanted;
    if (next === undefined) return 'Let go of the key.';
    const came = wrong === null ? '' : `${wrong} came instead. `;
    return `${came}Press ${next}. Still wanted: ${list(wanted)}`;
  },
};
