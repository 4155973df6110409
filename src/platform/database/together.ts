import { isGone } from './gone.ts';

interface Waiting<W, R> {
  readonly work: W;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does together what comes while the work before it is being done: at rest each alone and at once, in a rush hundreds in one
 * transaction, which costs little more than one. What fails together is done again by halves, so that only what is bad fails.
 */
export class Together<W, R> {
  readonly #deed: (works: readonly W[]) => Promise<readonly R[]>;
  readonly #most: number;
  readonly #waiting: Waiting<W, R>[] = [];
  #busy = false;

  /** @param deed does all or nothing; gives the result of each, in their order @param most done together at most */
  constructor(deed: (works: readonly W[]) => Promise<readonly R[]>, most: number) {
    this.#deed = deed;
    this.#most = most;
  }

  do(work: W): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      if (!this.#busy) void this.#all();
    });
  }

  async #all(): Promise<void> {
    this.#busy = true;
    // What came in the same turn goes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#some(this.#waiting.splice(0, this.#most));
    this.#busy = false;
  }

  async #some(some: readonly Waiting<W, R>[]): Promise<void> {
    try {
      const results = await this.#deed(some.map(({ work }) => work));
      for (const [n, { resolve }] of some.entries()) resolve(results[n] as R);
    } catch (error) {
      if (some.length === 1 || isGone(error)) for (const { reject } of some) reject(error);
      else {
        const half = Math.ceil(some.length / 2);
        await this.#some(some.slice(0, half));
        await this.#some(some.slice(half));
      }
    }
  }
}
