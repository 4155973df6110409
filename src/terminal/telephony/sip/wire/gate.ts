import type { Peer } from '../config.ts';

/** Messages a second, and how many at once. */
interface Rate {
  readonly each: number;
  readonly burst: number;
}

/** Enough for a server that watches over us, and for every caller who has the wrong number. */
const SOURCE: Rate = { each: 10, burst: 20 };
const ALL: Rate = { each: 100, burst: 200 };
const MOST_SOURCES = 256;
const MOST_KNOWN = 64;

/**
 * Lets in only so much of strangers on UDP, by a token bucket for each source and one for them all, so that a flood is thrown
 * away before it is read and a call does not starve of it. Whoever we have written to is no stranger.
 */
export class Gate {
  readonly #now: () => number;
  readonly #known = new Set<string>();
  readonly #sources = new Map<string, Bucket>();
  readonly #all: Bucket;

  /** `now` is in ms. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#all = new Bucket(ALL, now());
  }

  /** From now on this peer is no stranger. */
  know({ address, port }: Peer): void {
    const key = `${address}:${port}`;
    this.#known.delete(key);
    this.#known.add(key);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Whether a message that came from there is to be read. */
  admits({ address, port }: Peer): boolean {
    if (this.#known.has(`${address}:${port}`)) return true;
    const now = this.#now();
    const bucket = this.#sources.get(address) ?? new Bucket(SOURCE, now);
    this.#sources.delete(address);
    this.#sources.set(address, bucket);
    const [oldest] = this.#sources.keys();
    if (this.#sources.size > MOST_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
    return bucket.take(now) && this.#all.take(now);
  }
}

class Bucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, at: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = at;
  }

  take(now: number): boolean {
    const { each, burst } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * each) / 1_000);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
