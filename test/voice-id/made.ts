import { RATE } from '../../src/terminal/audio/frame.ts';
import type { Random } from '../terminal/call/random.ts';

const LENGTH = 4 * RATE;
const made = (sample: (n: number) => number) => Int16Array.from({ length: LENGTH }, (_, n) => sample(n));

export const silence = (): Int16Array => made(() => 0);
export const hiss = (random: Random): Int16Array => made(() => random.below(6_000) - 3_000);

/** Notes of a tune, Hz, each for 0.3 s, and the chord beneath. */
const TUNE = [262, 294, 330, 349, 392, 330, 294, 262];
const CHORD = [131, 165, 196];
const NOTE = 0.3 * RATE;

/** A tune on something like an organ, each note struck and fading. */
export const music = (): Int16Array =>
  made((n) => {
    const note = TUNE[Math.floor(n / NOTE) % TUNE.length] ?? 0;
    const struck = Math.min(1, (n % NOTE) / 200) * Math.exp(-(n % NOTE) / (0.25 * RATE));
    const tone = (hertz: number) =>
      [1, 2, 3, 4, 5, 6].reduce((sum, k) => sum + Math.sin((2 * Math.PI * hertz * k * n) / RATE) / k, 0);
    return 2_500 * struck * tone(note) + 700 * CHORD.reduce((sum, hertz) => sum + tone(hertz), 0);
  });
