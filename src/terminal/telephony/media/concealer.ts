import { NARROW_FRAME } from '../../audio/frame.ts';

/** Lost sound is made up for this many frames, each softer than the one before; then there is silence. */
const GAINS = [0.8, 0.5, 0.2] as const;

/** Repeats the last sound for what is lost, with a fade. Remembers one frame of sound, which `flush` forgets. */
export class Concealer {
  readonly #last = new Int16Array(NARROW_FRAME);
  #lost = 0;

  /** `frame` has come whole: remembered. */
  good(frame: Int16Array): void {
    this.#last.set(frame);
    this.#lost = 0;
  }

  /** Fills `frame` before the little that came is laid over it. True where sound, not silence, was made up. */
  fill(frame: Int16Array): boolean {
    const from = this.#lost === 0 ? 1 : (GAINS[this.#lost - 1] ?? 0);
    const to = GAINS[this.#lost] ?? 0;
    for (let n = 0; n < NARROW_FRAME; n++) {
      frame[n] = Math.round((this.#last[n] as number) * (from + ((to - from) * n) / NARROW_FRAME));
    }
    this.#lost = Math.min(this.#lost + 1, GAINS.length + 1);
    return this.#lost <= GAINS.length;
  }

  flush(): void {
    this.#last.fill(0);
    this.#lost = GAINS.length + 1;
  }
}
