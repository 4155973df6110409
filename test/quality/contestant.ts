/** 20 ms that came out at an ear: 16-bit samples, and when, ms of `performance.now()`. */
export interface Played {
  readonly at: number;
  readonly samples: Int16Array;
}

/** A phone in a call, whose ear is recorded. */
export interface Contestant {
  /** Where its RTP has to be sent. */
  readonly port: number;
  /** Samples a second of what it plays. */
  readonly rate: 8_000 | 16_000;
  readonly played: readonly Played[];
  /** It hears RTP from `port` of 127.0.0.1 from now on. */
  connect(port: number): void;
  /** Ends the call; resolves with its own counts, for people. */
  close(): Promise<string>;
}
