/**
 * A bounded queue of samples between a source with a clock of its own and our ticks. It never holds more than its
 * capacity (the oldest go first), and takes a frame out when the source has been ahead of us by `slack` for a second:
 * so a delay that came by a stall or by drifting clocks does not stay.
 */
export class SampleFifo {
  readonly #ring: Int16Array;
  readonly #slack: number;
  #read = 0;
  #level = 0;
  /** Samples still to come whose time has been passed over. */
  #owed = 0;
  /** Lowest level seen, and pulls made, in the second under way. */
  #lowest = Number.POSITIVE_INFINITY;
  #pulls = 0;

  /** Capacity and slack in samples. */
  constructor(capacity: number, slack: number) {
    this.#ring = new Int16Array(capacity);
    this.#slack = slack;
  }

  /** Samples held. */
  get level(): number {
    return this.#level;
  }

  /** Samples that go in before old ones are lost. */
  get room(): number {
    return this.#ring.length - this.#level + this.#owed;
  }

  push(samples: Int16Array): void {
    const size = this.#ring.length;
    const paid = Math.min(this.#owed, samples.length);
    this.#owed -= paid;
    const kept = samples.subarray(Math.max(paid, samples.length - size));
    const excess = this.#level + kept.length - size;
    if (excess > 0) this.drop(excess);
    const at = (this.#read + this.#level) % size;
    const first = Math.min(kept.length, size - at);
    this.#ring.set(kept.subarray(0, first), at);
    this.#ring.set(kept.subarray(first), 0);
    this.#level += kept.length;
  }

  /** Fills `frame`; false, with silence in it and nothing taken, where there is not enough for all of it. */
  pull(frame: Int16Array): boolean {
    this.#trim(frame.length);
    if (this.#level < frame.length) {
      this.excuse();
      frame.fill(0);
      return false;
    }
    const size = this.#ring.length;
    const first = Math.min(frame.length, size - this.#read);
    frame.set(this.#ring.subarray(this.#read, this.#read + first));
    frame.set(this.#ring.subarray(0, frame.length - first), first);
    this.drop(frame.length);
    this.#lowest = Math.min(this.#lowest, this.#level);
    return true;
  }

  /** Loses the oldest `count` samples, or all there are. */
  drop(count: number): void {
    const dropped = Math.min(count, this.#level);
    this.#read = (this.#read + dropped) % this.#ring.length;
    this.#level -= dropped;
  }

  /** Loses `count` samples whose time has passed: what is not here yet is lost when it comes, within a second. */
  skip(count: number): void {
    this.#owed += Math.max(0, count - this.#level);
    this.drop(count);
    this.#pulls = 0;
  }

  /** What is held in this second is no delay: the source waits for us. */
  excuse(): void {
    this.#lowest = 0;
  }

  clear(): void {
    this.drop(this.#level);
  }

  #trim(frame: number): void {
    this.#pulls += 1;
    if (this.#pulls < 50) return;
    if (this.#lowest > this.#slack) this.drop(frame);
    this.#owed = 0;
    this.#pulls = 0;
    this.#lowest = Number.POSITIVE_INFINITY;
  }
}
