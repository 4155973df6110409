/** Sound as a synthesiser gives it: mono, full scale is 1. */
export interface Speaking {
  readonly samples: Float64Array;
  readonly rate: number;
}

/** A synthesiser. `settings` changes when what it makes does. */
export interface Voice {
  readonly settings: string;
  /** Speaks a text; the voice stays up at the end of one that ends in a comma. @throws Error where it cannot */
  speak(text: string): Promise<Speaking>;
}
