import { clamp16, RATE } from '../../src/terminal/audio/frame.ts';
import type { Random } from '../terminal/call/random.ts';
import type { Speaker } from './data.ts';

/** What else is in the room: dB of the speech over it. */
export interface Noise {
  readonly kind: 'babble' | 'hum';
  readonly snr: number;
}

/** Talkers of a babble. */
const TALKERS = 5;

/** `sound` with noise as loud as its louder frames allow. A babble is of others than `speaker`. */
export function noisy(sound: Int16Array, noise: Noise, speaker: string, others: readonly Speaker[], random: Random) {
  const added = noise.kind === 'hum' ? hum(sound.length) : babble(sound.length, speaker, others, random);
  const gain = Math.sqrt(loudness(sound) / Math.max(loudness(added), 1e-9) / 10 ** (noise.snr / 10));
  return sound.map((sample, n) => clamp16(sample + gain * (added[n] ?? 0)));
}

/** The mains of North America with its overtones, odd ones louder. */
const hum = (length: number) =>
  Float64Array.from({ length }, (_, n) =>
    [1, 2, 3, 4, 5, 6, 7, 9, 11, 13].reduce(
      (sum, k) => sum + ((k % 2 ? 1 : 0.4) / k) * Math.sin((2 * Math.PI * 60 * k * n) / RATE + k),
      0,
    ),
  );

function babble(length: number, speaker: string, all: readonly Speaker[], random: Random): Float64Array {
  const out = new Float64Array(length);
  const others = all.filter(({ name, words }) => name !== speaker && words.length > 0);
  for (let talker = 0; talker < TALKERS; talker++) {
    const { words } = random.pick(others);
    let at = -random.below(RATE);
    while (at < length) {
      const word = random.pick(words);
      const gain = 1 / Math.sqrt(Math.max(loudness(word), 1));
      for (let n = Math.max(0, -at); n < word.length && at + n < length; n++)
        out[at + n] = (out[at + n] ?? 0) + gain * (word[n] ?? 0);
      at += Math.max(1, word.length);
    }
  }
  return out;
}

/** Mean square of the louder half of the frames of 20 ms: of speech, and not of its pauses. */
function loudness(sound: ArrayLike<number>): number {
  const frames: number[] = [];
  for (let at = 0; at + 320 <= sound.length; at += 320) {
    let sum = 0;
    for (let n = at; n < at + 320; n++) sum += (sound[n] as number) ** 2;
    frames.push(sum / 320);
  }
  const loud = frames.sort((a, b) => b - a).slice(0, Math.ceil(frames.length / 2));
  return loud.reduce((sum, one) => sum + one, 0) / Math.max(1, loud.length);
}
