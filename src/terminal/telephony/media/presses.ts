/** How a press of the far end came. */
export type DigitSource = 'rfc4733' | 'in-band';

/** One press comes both ways within this, ms: the jitter buffer and the detector's 40 ms are between them. */
const TOGETHER = 400;

/**
 * Tells a press once though it came both as an event and as sound. A report of one way is paired with at most one of
 * the other, so that the same key pressed twice stays two presses.
 */
export class Presses {
  #alone: { digit: string; source: DigitSource; at: number }[] = [];

  /** True where the press is a new one. `now` in ms. */
  isNew(digit: string, source: DigitSource, now: number): boolean {
    this.#alone = this.#alone.filter((press) => now - press.at < TOGETHER);
    const pair = this.#alone.findIndex((press) => press.digit === digit && press.source !== source);
    if (pair >= 0) {
      this.#alone.splice(pair, 1);
      return false;
    }
    this.#alone.push({ digit, source, at: now });
    return true;
  }
}
