import { clamp16, FRAME } from './frame.ts';

/** Peaks are held at -1 dB of full scale. */
const CEILING = 32_767 * 10 ** (-1 / 20);

/** After a loud sound the gain comes back by 6 dB in 200 ms: this much a frame. */
const RECOVERY = 10 ** (6 / 20 / 10);

/** The part of a frame over which the gain changes: soft, and soon enough for an attack. */
const RAMP = FRAME / 8;

/**
 * The gain of the earpiece and its limiter: a sound that would be louder than the ceiling is turned down, not cut.
 * It remembers a gain and no sound.
 */
export class Earpiece {
  #wanted = 1;
  #gain = 1;

  /** In dB. */
  setVolume(gain: number): void {
    this.#wanted = 10 ** (gain / 20);
  }

  /** `mix` (16-bit scale) with the gain, as samples in `out`. */
  run(mix: Float32Array, out: Int16Array): void {
    let peak = 0;
    for (let n = 0; n < FRAME; n++) peak = Math.max(peak, Math.abs(mix[n] as number));
    const allowed = peak > 0 ? CEILING / peak : Number.POSITIVE_INFINITY;
    const from = this.#gain;
    const to = Math.min(this.#wanted, allowed, from * RECOVERY);
    for (let n = 0; n < FRAME; n++) {
      const gain = n < RAMP ? from + ((to - from) * n) / RAMP : to;
      out[n] = clamp16(soft((mix[n] as number) * gain));
    }
    this.#gain = to;
  }
}

/** What is still over the ceiling, in the first moment of an attack, is bent over and not cut. */
function soft(value: number): number {
  const over = Math.abs(value) - CEILING;
  if (over <= 0) return value;
  const room = 32_767 - CEILING;
  return Math.sign(value) * (CEILING + (room * over) / (room + over));
}
