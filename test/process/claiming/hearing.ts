import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { pcmOf } from '../../interop/peers/wav.ts';

/** Above this a recording is what is heard: a digit is 0.97 like itself, and 0.83 like another at most. */
const SAME = 0.75;
/** Samples a second in which is listened, and of recordings and handset. */
const [RATE, FULL] = [4_000, 16_000];
/** Samples at the full rate. */
const AROUND = 12;
/** The next digit begins so long after the last at most, s: sound may break on a busy machine. */
const BREAK = 0.5;

/** A quarter of the samples, each the mean of those around it: what is left is low enough for a start between two of them to matter little. */
const coarse = (samples: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: Math.floor((samples.length * RATE) / FULL) }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < AROUND; k++) sum += samples[(n * FULL) / RATE + k] ?? 0;
    return sum;
  });

const clip = (name: string): Float64Array =>
  coarse(pcmOf(readFileSync(join(packageRoot(), 'src/terminal/audio/prompts/en', `${name}.wav`))));

/**
 * The six digits that a handset said, as somebody hears them who knows the voice: each recording of a digit is held against the sound, one
 * after the other from the end of "its code is" on. Null where they were not said yet, or not understood.
 * @param sound 16-bit samples at 16 kHz
 */
export function codeIn(sound: ArrayLike<number>): string | null {
  const heard = coarse(sound);
  const digits = Array.from({ length: 10 }, (_, digit) => clip(`n${digit}`));
  const before = clip('its-code-is');
  for (let from = 0; ; ) {
    const found = find(before, heard, from, heard.length);
    if (found.likeness < SAME) return null;
    from = found.at + before.length;
    const code = digitsFrom(heard, from, digits);
    if (code !== null) return code;
  }
}

function digitsFrom(heard: Float64Array, from: number, digits: readonly Float64Array[]): string | null {
  let code = '';
  for (let at = from; code.length < 6; ) {
    const all = digits.map((sound) => ({ sound, ...find(sound, heard, at, at + BREAK * RATE + sound.length) }));
    const alike = all.filter(({ likeness }) => likeness >= SAME);
    // What comes first, and not what is clearest: the digit after may be said within the break too.
    const first = Math.min(...alike.map((one) => one.at));
    const here = alike.filter((one) => one.at - first < RATE / 10);
    const [best] = here.toSorted((one, other) => other.likeness - one.likeness);
    if (best === undefined) return null;
    code += all.indexOf(best);
    at = best.at + best.sound.length;
  }
  return code;
}

/** Where in a stretch of `heard` it is most like `sound`, and how much, 0 to 1: the first place that is like enough counts. */
function find(sound: Float64Array, heard: Float64Array, from: number, to: number): { at: number; likeness: number } {
  const own = Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0));
  let best = { at: from, likeness: 0 };
  for (let at = from; at + sound.length <= Math.min(to, heard.length); at++) {
    // Well past a place that is like enough there is no better one, but the next time that it is said.
    if (best.likeness >= SAME && at > best.at + RATE / 10) break;
    let [product, energy] = [0, 0];
    for (let n = 0; n < sound.length; n++) {
      const there = heard[at + n] as number;
      product += (sound[n] as number) * there;
      energy += there * there;
    }
    const likeness = energy > 0 ? product / (own * Math.sqrt(energy)) : 0;
    if (likeness > best.likeness) best = { at, likeness };
  }
  return best;
}
