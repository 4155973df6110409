import { clamp16, FRAME, TICK_MS } from './frame.ts';

/** Peaks are held at -1 dB of full scale. */
const CEILING = 32_767 * 10 ** (-1 / 20);

/** After a loud sound the gain comes back so much, dB a second. */
const RECOVERY = 30;

/** The part of a frame over which the gain changes: soft, and soon enough for an attack. */
const RAMP = FRAME / 8;

/**
 * The gain of the earpiece and its limiter: a sound that would be louder than the ceiling is turned down, not cut.
 * It remembers a gain and no sound.
 */
export class Earpiece {
  /** By what the gain grows in a frame at most; null: it is what was asked for, at once. */
  readonly #recovery: number | null;
  #wanted = 1;
  #gain = 1;

  /** `recovery` in dB a second; null for no limiter, so that what is too loud is cut. */
  constructor(recovery: number | null = RECOVERY) {
    this.#recovery = recovery === null ? null : 10 ** ((recovery * TICK_MS) / 1_000 / 20);
  }

  /** In dB. */
  setVolume(gain: number): void {
    this.#wanted = 10 ** (gain / 20);
  }

  /** `mix` (16-bit scale) with the gain, as samples in `out`. */
  run(mix: Float32Array, out: Int16Array): void {
    const from = this.#gain;
    const to = this.#next(mix);
    const limits = this.#recovery !== null;
    for (let n = 0; n < FRAME; n++) {
      const gain = n < RAMP ? from + ((to - from) * n) / RAMP : to;
      const value = (mix[n] as number) * gain;
      out[n] = clamp16(limits ? soft(value) : value);
    }
    this.#gain = to;
  }

  #next(mix: Float32Array): number {
    if (this.#recovery === null) return this.#wanted;
    let peak = 0;
    for (let n = 0; n < FRAME; n++) peak = Math.max(peak, Math.abs(mix[n] as number));
    const allowed = peak > 0 ? CEILING / peak : Number.POSITIVE_INFINITY;
    return Math.min(this.#wanted, allowed, this.#gain * this.#recovery);
  }
}

/** What is still over the ceiling, in the first moment of an attack, is bent over and not cut. */
function soft(value: number): number {
  const over = Math.abs(value) - CEILING;
  if (over <= 0) return value;
  const room = 32_767 - CEILING;
  return Math.sign(value) * (CEILING + (room * over) / (room + over));
}
