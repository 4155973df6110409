const FIRST_MS = 250;
const LAST_MS = 10_000;

/** Pauses before something is tried again: they grow, and differ from each other by up to half at random. */
export class Retry {
  #timer: NodeJS.Timeout | null = null;
  #tries = 0;

  /** Whether a try is to come. */
  get waiting(): boolean {
    return this.#timer !== null;
  }

  /** Tries after a pause. */
  after(then: () => void): void {
    this.stop();
    const longest = Math.min(LAST_MS, FIRST_MS * 2 ** this.#tries++);
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        then();
      },
      longest * (0.5 + Math.random() / 2),
    );
  }

  /** It works: pauses start small again. */
  steady(): void {
    this.#tries = 0;
  }

  /** Tries no more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
