/** Pauses between attempts, ms: the first, doubled up to the longest, each shortened by a random half. */
export interface BackOff {
  readonly first: number;
  readonly longest: number;
}

/** Pauses that grow with each failure. */
export class Pauses {
  readonly #backOff: BackOff;
  #failures = 0;

  constructor(backOff: BackOff) {
    this.#backOff = backOff;
  }

  /** The pause after one more failure, ms. */
  next(): number {
    const { first, longest } = this.#backOff;
    const pause = Math.min(longest, first * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return pause * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
