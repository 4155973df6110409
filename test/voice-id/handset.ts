import { clamp16 } from '../../src/terminal/audio/frame.ts';
import type { Random } from '../terminal/call/random.ts';

/** One pole at 1.8 kHz of 16: what goes round a chin loses its highs. */
const POLE = 0.49;
/** How much softer it comes, and what the microphone hisses by itself, as a part of full scale (root mean square; 60 dB below). */
const SOFTER = 0.25;
const HISS = 0.001 * 32_768;

/** As a microphone hears it that is held at the chin: 12 dB softer, dull, and nearer to its own hiss. */
export function atTheChin(sound: Int16Array, random: Random): Int16Array {
  let dull = 0;
  return sound.map((sample) => {
    dull += (1 - POLE) * (sample - dull);
    // Four evenly spread make about a normal one, of spread 0.58.
    const chance = [0, 0, 0, 0].reduce<number>((sum) => sum + random.below(2_001) / 1_000 - 1, 0) / 1.155;
    return clamp16(SOFTER * dull + HISS * chance);
  });
}
