import { joined } from '../../src/terminal/audio/frame.ts';

import { dtmf, type Press } from '../terminal/audio/dtmf.ts';
import type { Random } from '../terminal/call/random.ts';
import type { Case, Trial } from './case.ts';
import { band, mixed, sine, white } from './line.ts';

const ALL = '1234567890*#ABCD';
const RATE = 8_000;

type Change = Omit<Partial<Press>, 'key'>;
/** What happens to a sound on its way. */
type Disturb = (sound: Int16Array, random: Random) => Int16Array;

/** A press as it is in the middle of all limits, with sines that begin anywhere, changed by `change`. */
function press(random: Random, n: number, change: Change = {}): Press {
  const turn = () => (random.below(1_000) / 1_000) * 2 * Math.PI;
  return { key: ALL[n % 16] as string, on: 50, off: 50, phase: { row: turn(), column: turn() }, ...change };
}

/** A number between two, both included. */
const between = (random: Random, low: number, high: number): number =>
  low + ((high - low) * random.below(1_001)) / 1_000;
const sign = (random: Random): number => random.pick([-1, 1]);

/** One press, that is to be told or not. */
const one = (
  name: string,
  wants: 'key' | 'none',
  limit: boolean,
  change: (random: Random) => Change,
  disturb: Disturb = (sound) => sound,
): Case => ({
  name,
  wants,
  limit,
  trial: (random, n) => {
    const pressed = press(random, n, change(random));
    return { sound: disturb(dtmf([pressed], RATE, 30), random), wants: wants === 'key' ? pressed.key : '' };
  },
});

/** Several presses. */
const several = (
  name: string,
  limit: boolean,
  make: (random: Random, n: number) => { presses: Press[]; wants: string },
  disturb: Disturb = (sound) => sound,
): Case => ({
  name,
  wants: 'key',
  limit,
  trial: (random, n): Trial => {
    const { presses, wants } = make(random, n);
    return { sound: disturb(dtmf(presses, RATE), random), wants };
  },
});

const off =
  (row: number, column: number) =>
  (random: Random): Change => ({
    on: 100,
    offset: { row: row * sign(random), column: column * sign(random) },
  });

/** The column `twist` dB over the row, neither under -25 dBm0 nor over 0. */
const twisted =
  (low: number, high: number) =>
  (random: Random): Change => {
    const twist = between(random, low, high);
    const least = between(random, -25, -Math.abs(twist));
    return { row: least + Math.max(0, -twist), column: least + Math.max(0, twist) };
  };

const level =
  (low: number, high: number) =>
  (random: Random): Change => {
    const at = between(random, low, high);
    return { row: at, column: at };
  };

/** Two frequencies at -10 dBm0 have -7 together: noise `db` under that. */
const noise =
  (kind: typeof white, db: number): Disturb =>
  (sound, random) =>
    mixed(sound, kind(random, -7 - db, sound.length));

/** A key, then the same after `gap` ms: of one press, or of two. */
const again = (gap: number, keys: 'one' | 'two') => (random: Random, n: number) => {
  const first = press(random, n, { on: between(random, 40, 60), off: gap });
  const second = { ...press(random, n), key: first.key };
  return { presses: [first, second], wants: keys === 'one' ? first.key : first.key.repeat(2) };
};

/** A click of `ms` in a press, as loud as full scale lets it. */
const click =
  (ms: number): Disturb =>
  (sound, random) => {
    const out = sound.slice();
    const at = 240 + random.below(400);
    for (let n = 0; n < ms * 8; n++) out[at + n] = 20_000 * sign(random);
    return out;
  };

const echo =
  (ms: number, db: number): Disturb =>
  (sound) =>
    mixed(sound, joined([new Int16Array(ms * 8), sound.map((sample) => sample * 10 ** (-db / 20))]));

const dialTone =
  (dbm0: number): Disturb =>
  (sound) =>
    mixed(mixed(sound, sine(350, dbm0, sound.length)), sine(440, dbm0, sound.length));

const plain = () => ({});

/** The limits of table A-1/Q.24 as AT&T set them, and what lies beyond. */
export const CASES: readonly Case[] = [
  one('both 1.5% off', 'key', true, off(0.015, 0.015)),
  one('row 1.5% off', 'key', true, off(0.015, 0)),
  one('column 1.5% off', 'key', true, off(0, 0.015)),
  one('row 3.5% off', 'none', true, off(0.035, 0)),
  one('column 3.5% off', 'none', true, off(0, 0.035)),
  one('both 3.5% off', 'none', true, off(0.035, 0.035)),
  one('column 4 dB over row', 'key', true, twisted(4, 4)),
  one('row 8 dB over column', 'key', true, twisted(-8, -8)),
  one('any twist between', 'key', true, twisted(-8, 4)),
  one('0 dBm0 each', 'key', true, level(0, 0)),
  one('-25 dBm0 each', 'key', true, level(-25, -25)),
  one('any level between', 'key', true, level(-25, 0)),
  one('-55 dBm0 each', 'none', true, level(-55, -55)),
  one('40 ms', 'key', true, () => ({ on: 40 })),
  one('23 ms', 'none', true, () => ({ on: 23 })),
  several('40 ms between two of a key', true, again(40, 'two')),
  several('interrupted for 10 ms', true, again(10, 'one')),
  several('ten keys, 93 ms each', true, (random, n) => {
    const presses = Array.from({ length: 10 }, () => press(random, n + random.below(16), { on: 50, off: 43 }));
    return { presses, wants: presses.map(({ key }) => key).join('') };
  }),
  one('echo of 20 ms, 10 dB down', 'key', true, plain, echo(20, 10)),
  several('the same echo, 40 ms between two of a key', true, again(40, 'two'), echo(20, 10)),
  one('noise 15 dB under', 'key', true, plain, noise(white, 15)),
  one('noise of 300-3,400 Hz 15 dB under', 'key', true, plain, noise(band, 15)),
  one('all limits at once, 40 ms', 'key', true, (random) => ({
    ...twisted(-8, 4)(random),
    ...off(0.015, 0.015)(random),
    on: 40,
  })),

  one('both 1.8% off (NTT, Brazil)', 'key', false, off(0.018, 0.018)),
  one('row 3% off (NTT, Brazil)', 'none', false, off(0.03, 0)),
  one('column 3% off (NTT, Brazil)', 'none', false, off(0, 0.03)),
  several('30 ms between two of a key (NTT, Brazil)', false, again(30, 'two')),
  several('interrupted for 20 ms (Denmark)', false, again(20, 'one')),
  one('20 ms (Denmark, Brazil)', 'none', false, () => ({ on: 20 })),
  one('-27 dBm0 each (Australia)', 'key', false, level(-27, -27)),
  one('-35 dBm0 each', 'key', false, level(-35, -35)),
  one('twist of 6 dB (Denmark)', 'key', false, twisted(-6, 6)),
  one('column 15 dB over row', 'none', false, twisted(15, 15)),
  one('row 15 dB over column', 'none', false, twisted(-15, -15)),
  one('noise 12 dB under', 'key', false, plain, noise(white, 12)),
  one('noise 10 dB under', 'key', false, plain, noise(white, 10)),
  one('click of 0.5 ms in 70 ms', 'key', false, () => ({ on: 70 }), click(0.5)),
  one('dial tone 15 dB under', 'key', false, plain, dialTone(-25)),
  one('dial tone as loud', 'key', false, plain, dialTone(-10)),
];
