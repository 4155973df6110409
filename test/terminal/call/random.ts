/** Chance that can be had again from its seed (mulberry32, a well-known 32-bit generator). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From here on as if new. */
  reseed(seed: number): void {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to `n`, `n` left out. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }

  /** True once in `n`. */
  one = (n: number): boolean => this.below(n) === 0;

  pick<T>(of: readonly [T, ...T[]] | readonly T[]): T {
    return of[this.below(of.length)] as T;
  }
}
