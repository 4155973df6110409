import { Pauses } from '../../retry/pauses.ts';

/** The next try of a driver whose part is not there, after a pause that grows. */
export class Retry {
  readonly #pauses = new Pauses({ first: 250, longest: 10_000 });
  #timer: NodeJS.Timeout | null = null;

  /** Whether a try is to come. */
  get waiting(): boolean {
    return this.#timer !== null;
  }

  /** Tries after a pause. */
  after(then: () => void): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      then();
    }, this.#pauses.next());
  }

  /** It works: pauses start small again. */
  steady(): void {
    this.#pauses.reset();
  }

  /** Tries no more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
