import fc from 'fast-check';
import { IDLE, tagged, value } from './values.ts';

const AT_ONCE = 2_000;

/** Values of chance, the same again for the same seed. */
export class Chance {
  readonly #values: Supply<string>;
  readonly #tagged: Supply<(tag: string) => string>;
  #given = 0;

  constructor(seed: number) {
    this.#values = new Supply(value, seed);
    this.#tagged = new Supply(tagged, seed);
  }

  /** How many were given so far. */
  get given(): number {
    return this.#given;
  }

  value(): string {
    this.#given += 1;
    return this.#values.next();
  }

  /** A From or To of that tag. */
  tagged(tag: string): string {
    this.#given += 1;
    return this.#tagged.next()(tag);
  }

  /** The name of a header on which nothing hangs. */
  name(): string {
    return IDLE[this.#given % IDLE.length] ?? '';
  }

  /** A Contact that leads to a port of loopback, or nowhere. */
  contact(port: number): string {
    const text = this.value();
    const there = `<sip:far@127.0.0.1:${port}>`;
    if (this.#given % 3 === 0) return there;
    return this.#given % 3 === 1
      ? text.replace(/192\.0\.2\.1|1\.2\.3\.4\.5|\[2001:db8::1\]/g, 'gw_1')
      : `${text.replace(/[<>"\\,\r\n]/g, '')} ${there};x=1`;
  }
}

class Supply<T> {
  readonly #of: fc.Arbitrary<T>;
  #seed: number;
  #stock: T[] = [];

  constructor(of: fc.Arbitrary<T>, seed: number) {
    this.#of = of;
    this.#seed = seed;
  }

  next(): T {
    if (this.#stock.length === 0) this.#stock = fc.sample(this.#of, { seed: this.#seed++, numRuns: AT_ONCE });
    return this.#stock.pop() as T;
  }
}
