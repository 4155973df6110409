/** Packets by which the network is judged: ten seconds of 20 ms each. */
const WINDOW = 512;
/** Arrivals that wait to be taken in, at most. */
const PENDING = 256;

/** Width of the histogram's bins and their number, ms: later than this is lost anyway. */
const BIN = 2;
const BINS = 150;

/**
 * What waiting and losing cost a listener by the E-model (ITU-T G.107), in points of R: each ms of delay by its Id below
 * 177 ms, and each part of the sound lost by its Ie-eff for G.711 with concealment (95 x loss / (loss + 25.1%)), which is
 * steepest where little is lost.
 */
const PER_MS = 0.024;
const impairment = (lost: number): number => (95 * lost) / (lost + 0.251);

/**
 * How long packets should wait, from how long they took of late. What is aimed for is the least impairment by the E-model:
 * to wait for the few that are very late, or to do without them.
 */
export class DelayTarget {
  /** When each packet would have been sent had it taken no time, ms: a ring. */
  readonly #transits = new Float64Array(WINDOW);
  #count = 0;
  #at = 0;
  readonly #pending = new Float64Array(PENDING);
  readonly #came = new Float64Array(PENDING);
  #waiting = 0;
  readonly #bins = new Uint16Array(BINS + 1);
  #quickest = 0;
  #slowest = 0;
  #mean = 0;
  #fresh = false;

  /** Transit of the quickest packet of late, ms: what delays are counted from. */
  get quickest(): number {
    return this.#quickest;
  }

  /** Transit of packets in the mean, ms. */
  get mean(): number {
    return this.#mean;
  }

  /** True where a packet has come. */
  get known(): boolean {
    return this.#count > 0 || this.#waiting > 0;
  }

  /** A packet came at `now`, ms: `transit` is that less when it was sent by its own clock. */
  arrived(transit: number, now: number): void {
    if (this.#waiting >= PENDING) return;
    // Of the same tick there may be packets of another clock already: they are held against this one.
    if (!this.known) this.#quickest = transit;
    this.#pending[this.#waiting] = transit;
    this.#came[this.#waiting] = now;
    this.#waiting += 1;
  }

  /**
   * Takes in what has arrived before the tick that was due at `time`, ms: a late tick is no reason to call packets late that it
   * found. `stalled`: we did not look for a while, so that nobody knows when they came.
   */
  settle(time: number, stalled: boolean): void {
    const all = stalled && this.#count > 0 ? 0 : this.#waiting;
    for (let n = 0; n < all; n++) {
      const transit = (this.#pending[n] as number) - Math.max(0, (this.#came[n] as number) - time);
      this.#transits[this.#at] = transit;
      this.#at = (this.#at + 1) % WINDOW;
      if (this.#count < WINDOW) this.#count += 1;
      if (this.#count === 1 || transit < this.#quickest) this.#quickest = transit;
      this.#fresh = true;
    }
    this.#waiting = 0;
  }

  /** Another clock: nothing is known of it. */
  reset(): void {
    this.#count = 0;
    this.#at = 0;
    this.#waiting = 0;
    this.#slowest = 0;
  }

  /** Time that packets should be given over the quickest, ms. */
  slack(): number {
    if (!this.#fresh) return this.#slowest;
    this.#fresh = false;
    const count = this.#count;
    let quickest = Number.POSITIVE_INFINITY;
    let sum = 0;
    for (let n = 0; n < count; n++) {
      const transit = this.#transits[n] as number;
      sum += transit;
      if (transit < quickest) quickest = transit;
    }
    this.#quickest = quickest;
    this.#mean = sum / count;
    this.#bins.fill(0);
    for (let n = 0; n < count; n++) {
      const bin = Math.min(BINS, Math.ceil(((this.#transits[n] as number) - quickest) / BIN));
      this.#bins[bin] = (this.#bins[bin] as number) + 1;
    }
    this.#slowest = this.#cheapest(count) * BIN;
    return this.#slowest;
  }

  /** The bin up to which waiting costs less than losing does. */
  #cheapest(count: number): number {
    let late = count;
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let bin = 0; bin < BINS; bin++) {
      late -= this.#bins[bin] as number;
      const cost = bin * BIN * PER_MS + impairment(late / count);
      if (cost >= least) continue;
      least = cost;
      best = bin;
    }
    return best;
  }
}
