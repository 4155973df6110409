import { FRAME } from './frame.ts';

/** The softest and the loudest that a level may be set to, dB. */
const LEAST = -60;
const MOST = 20;

/** A factor of a level in dB, within what a phone may do to an ear. */
export const factorOf = (level: number): number => 10 ** (Math.min(MOST, Math.max(LEAST, level)) / 20);

/** A gain that goes over one frame to what it was set to, so that no change of it clicks. It remembers no sound. */
export class Gain {
  #wanted = 1;
  #now = 1;

  /** In dB. */
  set(level: number): void {
    this.#wanted = factorOf(level);
  }

  /** Runs the next 20 ms, in place. */
  run(sound: Float32Array): void {
    const from = this.#now;
    const step = (this.#wanted - from) / FRAME;
    this.#now = this.#wanted;
    if (from === 1 && step === 0) return;
    for (let n = 0; n < FRAME; n++) sound[n] = (sound[n] as number) * (from + step * (n + 1));
  }
}
