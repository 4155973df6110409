import { z } from 'zod';

/** Bytes of the longest name: 2.5 s. */
export const LONGEST_NAME = 20_000;

/** How a caller says his name: G.711 mu-law, 8 kHz, as base64. */
export const NameSound = z.base64().max(4 * Math.ceil(LONGEST_NAME / 3));

/**
 * How a caller says his name, for those whom he calls. Held so that it cannot leave by accident: printing, logging, JSON and string
 * conversion give `[name]`; `reveal` gives the sound, for sealing it and for playing it.
 */
export class SpokenName {
  readonly #sound: string;

  constructor(sound: string) {
    this.#sound = sound;
  }

  /** As `NameSound`. */
  reveal(): string {
    return this.#sound;
  }

  toString(): string {
    return '[name]';
  }

  toJSON(): string {
    return '[name]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[name]';
  }
}
