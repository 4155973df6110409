/** The same kind of thing is told once in this time, ms. */
const QUIET = 10_000;

/** Kinds remembered. */
const KINDS = 64;

/** Tells of bad input without flooding: the first of a kind at once, then how many more there were. */
export class Complaints {
  readonly #tell: (detail: string) => void;
  readonly #kinds = new Map<string, { since: number; more: number }>();

  constructor(tell: (detail: string) => void) {
    this.#tell = tell;
  }

  /** `kind` groups; `detail` is told. `now` in ms. */
  complain(kind: string, detail: string, now: number): void {
    const known = this.#kinds.get(kind);
    if (known && now - known.since < QUIET) {
      known.more += 1;
      return;
    }
    const more = known?.more ? ` (and ${known.more} more of the kind)` : '';
    this.#kinds.delete(kind);
    const oldest = this.#kinds.keys().next();
    if (this.#kinds.size >= KINDS && !oldest.done) this.#kinds.delete(oldest.value);
    this.#kinds.set(kind, { since: now, more: 0 });
    this.#tell(`${detail}${more}`);
  }
}
