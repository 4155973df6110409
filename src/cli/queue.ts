/** Things that come one after the other, for one who waits for each. What is not taken is kept, so many at most. */
export class Queue<T> implements AsyncIterable<T> {
  readonly #waiting: T[] = [];
  readonly #most: number;
  #wake = () => {};
  #over = false;

  constructor(most = 1_000) {
    this.#most = most;
  }

  /** Adds one; of too many the oldest make room. */
  push(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length > this.#most) this.#waiting.shift();
    this.#wake();
  }

  /** Nothing more comes. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#over) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
