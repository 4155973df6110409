/** Remembered at most; beyond that those are forgotten that have all of theirs again. */
const MOST = 10_000;

/** What each of many may have: so many at once, and so many a second after that (a token bucket each). */
export class Quota {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #now: () => number;
  readonly #had = new Map<string, { left: number; at: number; refused: number }>();

  /** @param perSecond above 0 @param now a clock that never goes back, ms */
  constructor(burst: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
    this.#now = now;
  }

  /** Null where `who` has had all that is his; otherwise how many times he was refused since the last time he was not. */
  take(who: string): number | null {
    const now = this.#now();
    const had = this.#had.get(who) ?? { left: this.#burst, at: now, refused: 0 };
    const left = Math.min(this.#burst, had.left + (now - had.at) * this.#perMs);
    const given = left >= 1;
    this.#had.set(who, { left: given ? left - 1 : left, at: now, refused: given ? 0 : had.refused + 1 });
    if (this.#had.size > MOST) this.#forget(now);
    return given ? had.refused : null;
  }

  #forget(now: number): void {
    for (const [who, { left, at }] of this.#had)
      if (left + (now - at) * this.#perMs >= this.#burst) this.#had.delete(who);
    // As many as that at one moment: then the oldest.
    for (const who of this.#had.keys()) {
      if (this.#had.size <= MOST) break;
      this.#had.delete(who);
    }
  }
}
