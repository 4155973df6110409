import { RATE } from '../audio/frame.ts';

/** Part of the way that a low pass goes to a sample, whose corner is at `hertz`. */
const step = (hertz: number) => 1 - Math.exp((-2 * Math.PI * hertz) / RATE);
/** A voice is heard between these: hum and the handset's rumble are below, most of a hiss is above. */
const LOW = step(250);
const HIGH = step(2_500);
/** A frame of digital silence is no softer than this, dB. */
const SILENT = -96;
/** Where nothing is louder than this nobody speaks into the handset, dB. */
const SOFTEST = -60;
/** What is loud must be so much over what is soft, dB: hiss and hum are even, a voice is not. */
const LEAST_RANGE = 7;
/** A voice is within this of its loudest, dB, and above this part of the way up to it. */
const DEPTH = 24;
const PART = 0.5;

/** Level of a frame where a voice has most of its own, dB of full scale. */
export function loudness(frame: Int16Array): number {
  let [low, lower, high, sum] = [frame[0] ?? 0, 0, 0, 0];
  for (const sample of frame) {
    low += LOW * (sample - low);
    lower += LOW * (sample - low - lower);
    high += HIGH * (sample - low - lower - high);
    sum += high * high;
  }
  return Math.max(SILENT, 10 * Math.log10(sum / frame.length / 32_768 ** 2 + 1e-10));
}

/** The level from which on a frame is speech, by the loudness of all frames of a while; null where nobody speaks in them. */
export function speechLevel(levels: readonly number[]): number | null {
  const sorted = Float64Array.from(levels).sort();
  const at = (part: number) => sorted[Math.floor(part * (sorted.length - 1))] ?? SILENT;
  const [low, high] = [at(0.08), at(0.97)];
  if (high < SOFTEST || high - low < LEAST_RANGE) return null;
  return Math.max(high - DEPTH, low + PART * (high - low));
}
