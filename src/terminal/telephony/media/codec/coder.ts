/** Sound to payloads, in order: what a codec remembers of the last packet goes into the next. */
export interface Encoder {
  /** Samples a second it takes. */
  readonly rate: number;
  /** Ticks a second of its RTP clock, which need not be its rate (RFC 3551 section 4.5.2). */
  readonly clock: number;
  /** Encodes the whole of `samples` (10 to 60 ms at `rate`) into `out` from `at` on; returns the bytes written. */
  encode(samples: Int16Array, out: Uint8Array, at: number): number;
}

/** Payloads to sound, in order. */
export interface Decoder {
  /** Samples a second it gives. */
  readonly rate: number;
  /** Ticks a second of its RTP clock. */
  readonly clock: number;
  /** How long the sound of a payload is, in ticks of `clock`; 0 where it is none of this codec. Never throws. */
  duration(payload: Uint8Array): number;
  /** Decodes all of `payload` into `out` (at `rate`); returns the samples written. What is broken gives silence. */
  decode(payload: Uint8Array, out: Int16Array): number;
  /**
   * Packets are lost, and `madeUp` (at `rate`) was heard in their place, and would have been for `lookahead` samples more:
   * what is remembered of the last packet follows.
   */
  follow?(madeUp: Int16Array): void;
  readonly lookahead?: number;
  /** Forgets the sound of the last packet, of which the next one's begins with a rest. */
  hush?(): void;
}
