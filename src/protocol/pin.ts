/**
 * Digits that identify a caller. Held so that they cannot leave by accident: printing, logging,
 * JSON and string conversion give `[pin]`; only `reveal` gives the digits, and only sealing may call it.
 */
export class Pin {
  readonly #digits: string;

  constructor(digits = '') {
    this.#digits = digits;
  }

  get length(): number {
    return this.#digits.length;
  }

  append(digit: string): Pin {
    return new Pin(this.#digits + digit);
  }

  reveal(): string {
    return this.#digits;
  }

  toString(): string {
    return '[pin]';
  }

  toJSON(): string {
    return '[pin]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[pin]';
  }
}
