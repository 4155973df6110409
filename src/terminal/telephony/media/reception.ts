/** Packets whose fate is remembered: 20 s of 20 ms. */
const SIZE = 1_024;

/** Packets behind the newest that may yet come out of order: 320 ms. */
const OPEN = 16;

/** A jump of this many is a sender that starts over (RFC 3550 appendix A.1). */
const JUMP = 3_000;

/** Packets that were sent to us, those that never came, and how many times they were lost one after another. */
export interface Losses {
  expected: number;
  lost: number;
  bursts: number;
}

/** Which of the far end's packets came, by their sequence numbers. */
export class Reception {
  readonly #came = new Uint8Array(SIZE);
  #ssrc: number | null = null;
  /** Another source that has sent one packet. */
  #other: number | null = null;
  /** Extended sequence numbers: the newest, the first, and the first whose fate is not yet counted. */
  #highest = 0;
  #first = 0;
  #next = 0;
  #gone = false;
  /** Of all the source's packets, and where the last report stood. */
  #received = 0;
  #reported = { highest: 0, received: 0 };

  /** A packet of the far end. */
  packet(ssrc: number, sequence: number): void {
    if (ssrc !== this.#ssrc) {
      if (this.#ssrc !== null && this.#other !== ssrc) {
        this.#other = ssrc;
        return;
      }
      this.#begin(ssrc, sequence);
    }
    this.#other = null;
    if (Math.abs(this.#ahead(sequence)) > JUMP) this.#begin(ssrc, sequence);
    const index = this.#highest + this.#ahead(sequence);
    for (let n = Math.max(this.#highest + 1, index - SIZE); n < index; n++) this.#came[n % SIZE] = 0;
    if (index > this.#highest) this.#came[index % SIZE] = 0;
    if (index <= this.#highest - SIZE || index < this.#first || this.#came[index % SIZE]) return;
    this.#came[index % SIZE] = 1;
    this.#received += 1;
    this.#highest = Math.max(this.#highest, index);
  }

  /** For a report block, since the one before; null before anything came. */
  report(): { ssrc: number; fractionLost: number; lost: number; highest: number } | null {
    if (this.#ssrc === null) return null;
    const expected = this.#highest - this.#reported.highest;
    const received = this.#received - this.#reported.received;
    this.#reported = { highest: this.#highest, received: this.#received };
    return {
      ssrc: this.#ssrc,
      fractionLost: expected > 0 ? Math.max(0, (expected - received) / expected) : 0,
      lost: this.#highest - this.#first + 1 - this.#received,
      highest: this.#highest,
    };
  }

  /** Of the packets whose fate has been settled since this was asked last. */
  losses(): Losses {
    const losses = { expected: 0, lost: 0, bursts: 0 };
    const end = this.#highest - OPEN;
    for (let n = Math.max(this.#next, this.#highest - SIZE + 1); n < end; n++) {
      const gone = this.#came[n % SIZE] === 0;
      losses.expected += 1;
      if (gone) losses.lost += 1;
      if (gone && !this.#gone) losses.bursts += 1;
      this.#gone = gone;
    }
    this.#next = Math.max(this.#next, end);
    return losses;
  }

  /** How far ahead of the newest, negative where behind. */
  #ahead(sequence: number): number {
    return ((sequence - this.#highest) << 16) >> 16;
  }

  #begin(ssrc: number, sequence: number): void {
    this.#ssrc = ssrc;
    this.#came.fill(0);
    // So far on that no packet from before the first is negative.
    this.#first = sequence + 0x10000;
    this.#highest = this.#first - 1;
    this.#next = this.#first;
    this.#gone = false;
    this.#received = 0;
    this.#reported = { highest: this.#highest, received: 0 };
  }
}
