/** A key told by a detector. */
export interface FoundKey {
  key: string;
  /** Samples given to the detector when it told. */
  at: number;
}

/** What a detector found in some sound, and the processor time that 20 ms of it took, microseconds. */
export interface Run {
  found: readonly FoundKey[];
  cost: number;
}

/** Looks for keys in 8 kHz sound, as if new. */
export type Detector = (samples: Int16Array) => Promise<Run>;
