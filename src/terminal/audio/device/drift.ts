/** Ticks over which the card's clock is compared with ours: ten seconds. */
const WINDOW = 500;

/**
 * A sound card's clock is not ours, and what we write ahead of it waits in pipes we cannot see into. Capture and
 * playback run on one clock, so samples that came tell how many were played: this says when to leave a frame out or
 * to give one twice. A source that does not run at a card's rate (within 2%) is no card, and changes nothing.
 */
export class Drift {
  readonly #frame: number;
  #captured = 0;
  #ticks = 0;
  /** Samples written beyond what was played since the last correction. */
  #ahead = 0;

  /** Samples of one tick at the device's rate. */
  constructor(frame: number) {
    this.#frame = frame;
  }

  captured(samples: number): void {
    this.#captured += samples;
  }

  /** How often this tick's frame is to be written: 1, now and then 0 or 2. */
  frames(): 0 | 1 | 2 {
    this.#ticks += 1;
    if (this.#ticks === WINDOW) this.#compare();
    if (this.#ahead > 2 * this.#frame) {
      this.#ahead -= this.#frame;
      return 0;
    }
    if (this.#ahead < -2 * this.#frame) {
      this.#ahead += this.#frame;
      return 2;
    }
    return 1;
  }

  #compare(): void {
    const written = WINDOW * this.#frame;
    const difference = written - this.#captured;
    if (Math.abs(difference) < written * 0.02) this.#ahead += difference;
    this.#captured = 0;
    this.#ticks = 0;
  }
}
