/** Held so that it cannot leave by accident: printing, logging, JSON and string conversion give `[what]`; only `reveal` gives it. */
export abstract class Hidden<What extends string, T> {
  readonly #what: What;
  readonly #held: T;

  constructor(what: What, held: T) {
    this.#what = what;
    this.#held = held;
  }

  reveal(): T {
    return this.#held;
  }

  toString(): `[${What}]` {
    return `[${this.#what}]`;
  }

  toJSON(): `[${What}]` {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
