import { RATE } from '../audio/frame.ts';
import type { Span } from './span.ts';

/** Periods are looked for in sound of a quarter of the rate. */
const FACTOR = 4;
const HOP = RATE / FACTOR / 50;
const WINDOW = 2 * HOP;
/** Periods of a voice, 70 to 400 Hz. */
const PERIODS = { from: 10, to: 57 };
/** So alike is one period of a voice to the next, at least; half a period on, a pure tone is nearly its own opposite. */
const ALIKE = 0.6;
const OPPOSITE = -0.85;
/** What a voice is like changes so much in 60 ms; a chord, an organ, the mains and a telephone's tones do not. */
const CHANGE = 0.12;
const LATER = 3;
const RUMBLE = 0.9;
/** Softer than the loudest by so much it may be anything, dB. */
const SOFT = 28;
/** One such hop of 20 ms may be chance. */
const FEW = 3;

/**
 * Where there is what only a voice has: pitch, and a sound that changes. Silero's model, which was taught on wide band, misses much of the
 * telephone's.
 */
export function voicing(answer: Int16Array): Span[] {
  const frames = framesOf(answer);
  const softest = Math.max(1e-9, ...frames.map(({ power }) => power)) / 10 ** (SOFT / 10);
  const starts = frames.flatMap(({ power, likeness }, n) => {
    const before = frames[n - LATER];
    if (!before || power < softest) return [];
    const pitched = Math.max(...likeness) > ALIKE && Math.min(...likeness) > OPPOSITE;
    return pitched && distance(likeness, before.likeness) > CHANGE ? [n * HOP * FACTOR] : [];
  });
  if (starts.length < FEW) return [];
  return starts.map((start) => ({ start, end: start + HOP * FACTOR }));
}

/** Every 20 ms: mean square, and how alike the sound is to itself one period on, for each period. */
function framesOf(answer: Int16Array) {
  const sound = risen(answer);
  const count = Math.max(0, Math.floor((sound.length - WINDOW - PERIODS.to) / HOP) + 1);
  return Array.from({ length: count }, (_, n) => {
    const at = n * HOP;
    const power = product(sound, at, at) / WINDOW;
    const likeness = Float64Array.from({ length: PERIODS.to - PERIODS.from }, (_, k) => {
      const later = at + PERIODS.from + k;
      // Less than a thirtieth of a step is no sound.
      return product(sound, at, later) / (WINDOW * Math.sqrt((power * product(sound, later, later)) / WINDOW + 1e-3));
    });
    return { power, likeness };
  });
}

/** A quarter of the rate, less what is common to neighbours: rumble goes by as if it were a voice. */
function risen(answer: Int16Array): Float64Array {
  const sound = new Float64Array(Math.floor(answer.length / FACTOR));
  let before = 0;
  for (let n = 0; n < sound.length; n++) {
    let mean = 0;
    for (let k = 0; k < FACTOR; k++) mean += (answer[n * FACTOR + k] as number) / FACTOR;
    sound[n] = mean - RUMBLE * before;
    before = mean;
  }
  return sound;
}

function product(sound: Float64Array, a: number, b: number): number {
  let sum = 0;
  for (let n = 0; n < WINDOW; n++) sum += (sound[a + n] as number) * (sound[b + n] as number);
  return sum;
}

/** Root mean square of the differences. */
const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, k) => sum + (value - (b[k] as number)) ** 2, 0) / a.length);
