/** Of so many who asked last each is remembered, of twice as many some: who is forgotten has all of his again. */
const REMEMBERED = 10_000;

interface Had {
  readonly left: number;
  readonly at: number;
  readonly refused: number;
}

/** What each of many may have: so many at once, and so many a second after that (a token bucket each). */
export class Quota {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #now: () => number;
  #had = new Map<string, Had>();
  /** Those before: forgotten all at once, since to look for the oldest costs more the more there are. */
  #before = new Map<string, Had>();

  /** @param perSecond above 0 @param now a clock that never goes back, ms */
  constructor(burst: number, perSecond: number, now: () => number = () => performance.now()) {
    this.#burst = burst;
    this.#perMs = perSecond / 1_000;
    this.#now = now;
  }

  /** Null where `who` has had all that is his; otherwise how many times he was refused since the last time he was not. */
  take(who: string): number | null {
    const now = this.#now();
    const had = this.#had.get(who) ?? this.#before.get(who) ?? { left: this.#burst, at: now, refused: 0 };
    const left = Math.min(this.#burst, had.left + (now - had.at) * this.#perMs);
    const given = left >= 1;
    if (this.#had.size >= REMEMBERED && !this.#had.has(who)) {
      this.#before = this.#had;
      this.#had = new Map();
    }
    this.#had.set(who, { left: given ? left - 1 : left, at: now, refused: given ? 0 : had.refused + 1 });
    return given ? had.refused : null;
  }
}
