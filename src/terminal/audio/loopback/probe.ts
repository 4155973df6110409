import { amplitude, clamp16, FRAME, RATE } from '../frame.ts';

/** Samples after which the probe says itself again: its tones lie 15.6 Hz apart. */
const PERIOD = 1_024;

/** Samples of one block that is looked at: two seconds, in which bins lie 0.5 Hz apart. */
export const BLOCK = 32_768;

/** Blocks that are looked at. */
export const BLOCKS = 2;

/** Bins of a block from tone to tone. */
export const STEP = BLOCK / PERIOD;

/** Hum is on lines this wide to either side, Hz. */
const HUM = 2;

/** True of a frequency at a multiple of the mains', in any country. */
export const isMains = (hz: number): boolean =>
  [50, 60].some((mains) => Math.abs(hz - mains * Math.round(hz / mains)) < HUM);

/** Bins of the tones: in the band of telephony, each in the middle of a bin, none where the mains hum. */
export const TONES: readonly number[] = Array.from({ length: PERIOD / 2 }, (_, k) => k * STEP).filter((bin) => {
  const hz = (bin * RATE) / BLOCK;
  return hz >= 300 && hz <= 3_400 && !isMains(hz);
});

/** Level of all tones together, dBm0: that of a dial tone. */
const LEVEL = -10;

/** Frames before what is looked at: the probe goes all the way through the sound card in them. */
const BEFORE = 50;
/** Frames after it. */
const AFTER = 5;

/** Frames of a whole test. */
export const FRAMES = BEFORE + Math.ceil((BLOCKS * BLOCK) / FRAME) + AFTER;

/** Where what is looked at begins, in samples. */
export const START = BEFORE * FRAME;

/** Sound swells and dies over this, samples: 50 ms. */
const EDGE = RATE / 20;

/** All that is played, 16 kHz, times `gain`. Phases are M. R. Schroeder's, which keep the peaks of many tones low. */
export function probe(gain = 1): Int16Array {
  const peak = gain * 32_768 * amplitude(LEVEL) * Math.sqrt(1 / TONES.length);
  const period = Float64Array.from({ length: PERIOD }, (_, n) =>
    TONES.reduce((sum, bin, k) => {
      const turns = (bin / STEP) * (n / PERIOD) - (k * k) / (2 * TONES.length);
      return sum + peak * Math.cos(2 * Math.PI * turns);
    }, 0),
  );
  const length = FRAMES * FRAME;
  return Int16Array.from({ length }, (_, n) => {
    const edge = Math.min(1, n / EDGE, (length - n) / EDGE);
    return clamp16((period[n % PERIOD] as number) * edge);
  });
}
