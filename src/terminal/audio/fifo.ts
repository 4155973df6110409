/** Pulls in a second. */
const SECOND = 50;
/** A frame is quiet where no sample is louder: -38 dB of full scale. */
const QUIET = 400;
/** The longest that a source which was late is given before it is taken to be ahead, s. */
const MOST_PATIENCE = 64;

/**
 * A bounded queue of samples between a source with a clock of its own and our ticks. It never holds more than its
 * capacity (the oldest go first), and joins two frames into one when the source has been ahead of us by `slack` for a second:
 * so a delay that came by a stall or by drifting clocks does not stay. Each time a source was late after all, it is given twice
 * as long, up to a minute: a card that is uneven keeps what evens it out.
 */
export class SampleFifo {
  readonly #ring: Int16Array;
  readonly #slack: number;
  readonly #hold: number;
  #read = 0;
  #level = 0;
  /** Samples still to come whose time has been passed over. */
  #owed = 0;
  /** Lowest level seen, and pulls made, in the second under way. */
  #lowest = Number.POSITIVE_INFINITY;
  #pulls = 0;
  /** Seconds in a row in which the source was ahead, and how many make us act. */
  #ahead = 0;
  #patience = 1;
  /** Pulls since two frames were to become one and there was sound in them. */
  #held: number | null = null;
  /** The last pull had its frame. */
  #flows = false;

  /** Capacity and slack in samples. A quiet frame to be joined is waited for through `hold` pulls, then any will do. */
  constructor(capacity: number, slack: number, hold = 0) {
    this.#ring = new Int16Array(capacity);
    this.#slack = slack;
    this.#hold = hold;
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
    if (this.#isAhead()) this.#held ??= 0;
    if (this.#level < frame.length) {
      if (this.#flows) this.#patience = Math.min(2 * this.#patience, MOST_PATIENCE);
      this.#flows = false;
      this.#held = null;
      this.excuse();
      frame.fill(0);
      return false;
    }
    this.#flows = true;
    this.#copy(frame);
    this.drop(frame.length);
    if (this.#joins(frame)) this.#join(frame);
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
    this.#flows = false;
  }

  /** What is held in this second is no delay: the source waits for us. */
  excuse(): void {
    this.#lowest = 0;
  }

  clear(): void {
    this.#held = null;
    this.drop(this.#level);
    this.#flows = false;
  }

  /** The oldest samples. */
  #copy(frame: Int16Array): void {
    const first = Math.min(frame.length, this.#ring.length - this.#read);
    frame.set(this.#ring.subarray(this.#read, this.#read + first));
    frame.set(this.#ring.subarray(0, frame.length - first), first);
  }

  /** True where it is time to make one frame of two. */
  #joins(frame: Int16Array): boolean {
    if (this.#held === null) return false;
    const more = this.#level >= frame.length;
    if (more && this.#held < this.#hold && !isQuiet(frame)) {
      this.#held += 1;
      return false;
    }
    this.#held = null;
    return more;
  }

  /** `frame` fades into the one after it, which is taken too. */
  #join(frame: Int16Array): void {
    for (let n = 0; n < frame.length; n++) {
      const next = this.#ring[(this.#read + n) % this.#ring.length] as number;
      frame[n] = Math.round((frame[n] as number) + ((next - (frame[n] as number)) * n) / frame.length);
    }
    this.drop(frame.length);
  }

  /** True where the source has been ahead of us for long enough. */
  #isAhead(): boolean {
    this.#pulls += 1;
    if (this.#pulls < SECOND) return false;
    this.#ahead = this.#lowest > this.#slack ? this.#ahead + 1 : 0;
    this.#owed = 0;
    this.#pulls = 0;
    this.#lowest = Number.POSITIVE_INFINITY;
    if (this.#ahead < this.#patience) return false;
    this.#ahead = 0;
    return true;
  }
}

/** True where nothing can be heard in `frame` that is meant to be. */
export function isQuiet(frame: Int16Array): boolean {
  for (const sample of frame) if (sample > QUIET || sample < -QUIET) return false;
  return true;
}
