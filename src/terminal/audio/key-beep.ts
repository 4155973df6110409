import { amplitude, FRAME, RATE } from './frame.ts';

/** Of no key (ITU-T Q.23) and no progress tone, so that neither people nor detectors take it for one. */
const FREQUENCY = 1_000;
/** dBm0: below what is said. */
const LEVEL = -20;
const LENGTH = 0.06 * RATE;
/** Rises and falls over 5 ms, so that it does not click. */
const EDGE = 0.005 * RATE;

const BEEP = Float32Array.from({ length: LENGTH }, (_, n) => {
  const inside = Math.min(1, (Math.min(n, LENGTH - 1 - n) + 0.5) / EDGE);
  const shape = 0.5 - 0.5 * Math.cos(Math.PI * inside);
  return 32_768 * amplitude(LEVEL) * shape * Math.sin((2 * Math.PI * FREQUENCY * n) / RATE);
});

/** A beep of 60 ms that says that a key was taken: the same for each, so that nobody who listens in learns a PIN. */
export class KeyBeep {
  #at = LENGTH;

  get sounds(): boolean {
    return this.#at < LENGTH;
  }

  /** From its beginning, also where it sounds. */
  start(): void {
    this.#at = 0;
  }

  /** Adds 20 ms to `mix`, in 16-bit scale. */
  add(mix: Float32Array): void {
    const part = BEEP.subarray(this.#at, this.#at + FRAME);
    for (const [n, sample] of part.entries()) mix[n] = (mix[n] as number) + sample;
    this.#at += part.length;
  }
}
