/** What RTCP says of the far end's stream (RFC 3550 section 6.4.1). */
export interface ReceptionReport {
  ssrc: number;
  /** Part of the packets lost since the last report, 0 to 1. */
  fractionLost: number;
  /** Packets lost since the first; below 0 where copies were made. */
  lost: number;
  /** Highest sequence number, and how often it wrapped in the upper half. */
  highest: number;
  /** Interarrival jitter, in ticks of the stream's clock. */
  jitter: number;
}

/** A jump of the sequence further than this is no loss but another start (RFC 3550 appendix A.1: MAX_DROPOUT). */
const DROPOUT = 3_000;
/** Packets may be this far behind (MAX_MISORDER). */
const MISORDER = 100;
/** A jump of transit longer than this is of a clock and no jitter, ms. */
const JUMP = 1_000;

/** Counts the packets of one source as RFC 3550 appendices A.1, A.3 and A.8 say. */
export class Arrivals {
  readonly ssrc: number;
  #base: number | null = null;
  #highest = 0;
  #received = 0;
  /** At the last report. */
  #expectedThen = 0;
  #receivedThen = 0;
  /** Sequence that would be the next after a jump; null where none is under way. */
  #after: number | null = null;
  #transit: number | null = null;
  #jitter = 0;

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** Interarrival jitter, ms. */
  get jitter(): number {
    return this.#jitter;
  }

  get #expected(): number {
    return this.#base === null ? 0 : this.#highest - this.#base + 1;
  }

  /** A packet came, copies too. */
  packet(sequence: number): void {
    if (this.#base === null) this.#begin(sequence);
    const ahead = ((sequence - this.#highest) << 16) >> 16;
    if (ahead > DROPOUT || ahead < -MISORDER) {
      // Two in a row: the far end has started its count anew.
      if (this.#after !== sequence) {
        this.#after = (sequence + 1) & 0xffff;
        return;
      }
      this.#begin(sequence);
    } else if (ahead > 0) this.#highest += ahead;
    this.#after = null;
    this.#received += 1;
  }

  /** A packet of sound: when it was said by its own clock and when it came, ms (RFC 3550 section 6.4.1). */
  timed(said: number, came: number): void {
    const transit = came - said;
    const change = this.#transit === null ? 0 : Math.abs(transit - this.#transit);
    if (change < JUMP) this.#jitter += (change - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** Since the last report; `clock` in ticks a second. */
  report(clock: number): ReceptionReport {
    const expected = this.#expected - this.#expectedThen;
    const lost = expected - (this.#received - this.#receivedThen);
    this.#expectedThen = this.#expected;
    this.#receivedThen = this.#received;
    return {
      ssrc: this.ssrc,
      fractionLost: expected > 0 && lost > 0 ? lost / expected : 0,
      lost: this.#expected - this.#received,
      highest: this.#highest >>> 0,
      jitter: Math.round((this.#jitter * clock) / 1_000),
    };
  }

  #begin(sequence: number): void {
    this.#base = sequence;
    this.#highest = sequence;
    this.#received = 0;
    this.#expectedThen = 0;
    this.#receivedThen = 0;
  }
}
