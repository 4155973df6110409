import type { Led } from '../../../hardware/port.ts';
import type { LampsState, PartState } from '../state.ts';
import { type Attended, answerOf, failed, type Outcome, passed } from './part.ts';

type EchoState = Extract<PartState, { part: 'echo'; by: 'hand' }>;

/** One lamp after the other; null where there is none. */
export function startLamps([first, ...left]: readonly Led[]): LampsState | null {
  return first === undefined ? null : { part: 'lamps', by: 'hand', asked: first, left, dark: [] };
}

/** Each lamp blinks, and whoever is there says whether it does. */
export const lamps: Attended<LampsState> = {
  touch(state, touch) {
    const yes = answerOf(touch);
    return yes === null ? { now: state } : seen(state, yes);
  },
  answer: (state, yes) => seen(state, yes),
  missing: ({ asked }) => ({ detail: `nobody said whether the ${asked} lamp blinks`, remedy: 'do this part again' }),
  todo: ({ asked }) => `Does the ${asked} lamp blink? 1 yes, 2 no.`,
  show: ({ asked, left }) => [
    { type: 'lamp', led: asked, lit: 'blink' },
    ...left.map((led) => ({ type: 'lamp', led, lit: 'off' }) as const),
  ],
};

function seen({ asked, left, dark }: LampsState, yes: boolean): Outcome {
  const [next, ...rest] = left;
  const now = yes ? dark : [...dark, asked];
  if (next !== undefined) return { now: { part: 'lamps', by: 'hand', asked: next, left: rest, dark: now } };
  if (now.length === 0) return passed('lamps', 'every lamp blinks');
  return failed(
    'lamps',
    `dark: the ${now.join(' and the ')} lamp`,
    'check the lamp, which way round it is in, and its wire',
  );
}

/** Whoever is there speaks into the handset and says whether he hears himself. */
export const echo: Attended<EchoState> = {
  touch(state, touch) {
    const yes = answerOf(touch);
    return yes === null ? { now: state } : heard(yes);
  },
  answer: (_, yes) => heard(yes),
  missing: () => ({ detail: 'nobody said whether he hears himself', remedy: 'do this part again' }),
  todo: () => 'Lift the handset and speak. Do you hear yourself a second later? 1 yes, 2 no.',
  show: ({ on }) => [{ type: 'echo', on }],
};

const heard = (yes: boolean): Outcome =>
  yes
    ? passed('echo', 'the technician hears himself')
    : failed(
        'echo',
        'the technician does not hear himself',
        'look at what the sound part says; check the handset and its cord',
      );
