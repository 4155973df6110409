import g711 from 'alawmulaw';
import { amplitude, clamp16 } from '../../src/terminal/audio/frame.ts';
import type { Random } from '../terminal/call/random.ts';

/** What G.711, mu-law, makes of each 16-bit sample: a table, for there are hours of them. */
const CODED = g711.mulaw.decode(g711.mulaw.encode(Int16Array.from({ length: 65_536 }, (_, n) => n - 32_768)));

/** As it comes out of G.711, mu-law. */
export function coded(samples: Int16Array): Int16Array {
  const out = new Int16Array(samples.length);
  for (let n = 0; n < out.length; n++) out[n] = CODED[(samples[n] as number) + 32_768] as number;
  return out;
}

/** Louder by `db`, cut off at full scale. */
export function louder(samples: Int16Array, db: number): Int16Array {
  const gain = 10 ** (db / 20);
  const out = new Int16Array(samples.length);
  for (let n = 0; n < out.length; n++) out[n] = clamp16((samples[n] as number) * gain);
  return out;
}

/** One sample of sound after another added, the shorter of the two as if silence followed. */
export const mixed = (samples: Int16Array, other: ArrayLike<number>): Int16Array =>
  samples.map((sample, n) => clamp16(sample + (other[n] ?? 0)));

/** A frequency that lasts, at a level in dBm0, for `length` samples. */
export const sine = (hz: number, dbm0: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => 32_768 * amplitude(dbm0) * Math.sin((2 * Math.PI * hz * n) / 8_000));

/** Gaussian noise of `length` samples whose power is that of a sine at `dbm0`. */
export function white(random: Random, dbm0: number, length: number): Float64Array {
  const rms = (32_768 * amplitude(dbm0)) / Math.SQRT2;
  const uniform = () => (random.below(2 ** 30) + 1) / 2 ** 30;
  return Float64Array.from(
    { length },
    () => rms * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

const BAND = bandPass(300, 3_400);

/** The same in the band of a telephone, 300 to 3,400 Hz, with no less power. */
export function band(random: Random, dbm0: number, length: number): Float64Array {
  const noise = white(random, dbm0, length + BAND.length);
  const gain = 1 / Math.sqrt(BAND.reduce((sum, tap) => sum + tap * tap, 0));
  return Float64Array.from(
    { length },
    (_, n) => gain * BAND.reduce((sum, tap, k) => sum + tap * (noise[n + k] as number), 0),
  );
}

/** Taps of a band-pass filter for 8 kHz: a windowed sinc. */
function bandPass(from: number, to: number): Float64Array {
  const half = 64;
  const low = (hz: number, n: number) => (n === 0 ? hz / 4_000 : Math.sin((Math.PI * n * hz) / 4_000) / (Math.PI * n));
  return Float64Array.from({ length: 2 * half + 1 }, (_, k) => {
    const n = k - half;
    return (low(to, n) - low(from, n)) * (0.54 + 0.46 * Math.cos((Math.PI * n) / half));
  });
}
