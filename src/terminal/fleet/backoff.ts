/** Waits that grow with each failure and differ from terminal to terminal, so that a fleet does not return all at once. */
export class Backoff {
  readonly #first: number;
  readonly #most: number;
  #failures = 0;

  /** @param first shortest wait, ms @param most longest wait, ms */
  constructor(first: number, most: number) {
    this.#first = first;
    this.#most = most;
  }

  /** The next wait, ms: half of it fixed, half by chance. */
  next(): number {
    const full = Math.min(this.#most, this.#first * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return Math.round(full * (0.5 + Math.random() / 2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
