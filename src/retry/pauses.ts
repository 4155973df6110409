/** Between which bounds pauses grow, ms: from the first, doubled up to the longest. */
export interface BackOff {
  readonly first: number;
  readonly longest: number;
}

/** Beyond this many doublings every pause is the longest. */
const DOUBLINGS = 30;

/**
 * Pauses that grow with each failure. Half of each is by chance ("equal jitter"), so that a fleet that lost its
 * server at one moment does not return at one moment.
 */
export class Pauses {
  readonly #backOff: BackOff;
  #failures = 0;

  constructor(backOff: BackOff) {
    this.#backOff = backOff;
  }

  /** The pause after one more failure, whole ms. */
  next(): number {
    const { first, longest } = this.#backOff;
    const pause = Math.min(longest, first * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, DOUBLINGS);
    return Math.round(pause * (0.5 + Math.random() / 2));
  }

  /** It works: pauses start small again. */
  reset(): void {
    this.#failures = 0;
  }
}
