const WINDOW_MS = 1_000;

/** Counts bad lines, and tells of them once a second at most, however bad the line is. */
export class BadLines {
  readonly #tell: (detail: string) => void;
  #total = 0;
  #untold = 0;
  #reason = '';
  #window: NodeJS.Timeout | null = null;

  constructor(tell: (detail: string) => void) {
    this.#tell = tell;
  }

  /** One line, or `lines` of them, was dropped for this reason. */
  add(reason: string, lines = 1): void {
    this.#total += lines;
    this.#untold += lines;
    this.#reason = reason;
    if (!this.#window) this.#report();
  }

  /** Stops without a word. */
  close(): void {
    if (this.#window) clearTimeout(this.#window);
    this.#window = null;
  }

  #report(): void {
    this.#tell(`${this.#untold} bad lines, the last: ${this.#reason}; ${this.#total} since start`);
    this.#untold = 0;
    this.#window = setTimeout(() => {
      this.#window = null;
      if (this.#untold > 0) this.#report();
    }, WINDOW_MS);
  }
}
