import { speechLike } from '../../sim/callee/speech.ts';
import { GREETING_LEVEL, GREETING_RATE, speechLevel } from '../../src/protocol/greeting.ts';
import { fromMulaw, toMulaw } from '../../src/protocol/mulaw.ts';

/** So many seconds of somebody who talks, of 1, at 8 kHz; another seed is another text. */
export function talk(seconds: number, seed = 7): Float64Array {
  const next = speechLike(seed);
  const frames = Array.from({ length: Math.ceil(seconds * 50) + 100 }, () => [...next()]);
  const all = frames.flat();
  // A pause comes first.
  const begin = all.findIndex((sample) => Math.abs(sample) > 500);
  return Float64Array.from(
    { length: Math.round(seconds * GREETING_RATE) },
    (_, n) => ((all[begin + 2 * n] ?? 0) + (all[begin + 2 * n + 1] ?? 0)) / 65_536,
  );
}

/** The same as G.711 mu-law, at a level of speech in dB below full scale; above that it is cut off. */
export function spoken(seconds: number, level = GREETING_LEVEL, seed = 7): Uint8Array {
  const samples = talk(seconds, seed);
  const gain = 10 ** ((level - speechLevel(samples)) / 20);
  return Uint8Array.from(samples, (x) => toMulaw(Math.round(Math.max(-1, Math.min(1, x * gain)) * 32_767)));
}

/** How alike the middle of `sound` is to what is somewhere in `heard`, 0 to 1: the best correlation, wherever it begins. Both at 8 kHz. */
export function likeness(sound: ArrayLike<number>, heard: ArrayLike<number>): number {
  const middle = Float64Array.from({ length: sound.length >> 1 }, (_, n) => sound[(sound.length >> 2) + n] as number);
  const own = Math.sqrt(middle.reduce((sum, x) => sum + x * x, 0));
  let best = 0;
  for (let lag = 0; lag + middle.length <= heard.length; lag++) {
    let [product, energy] = [0, 0];
    for (let n = 0; n < middle.length; n++) {
      const there = heard[lag + n] as number;
      product += (middle[n] as number) * there;
      energy += there * there;
    }
    if (energy > 0) best = Math.max(best, product / (own * Math.sqrt(energy)));
  }
  return best;
}

export const samplesIn = (sound: Uint8Array): Float64Array =>
  Float64Array.from(sound, (code) => fromMulaw(code) / 32_768);
