import type { Random } from '../terminal/call/random.ts';

/** Sound of one trial, 8 kHz, and the keys that must be told in it. */
export interface Trial {
  sound: Int16Array;
  wants: string;
}

/** A condition under which keys must be found, or must not. */
export interface Case {
  name: string;
  wants: 'key' | 'none';
  /** True where Q.24 asks for it (table A-1, AT&T); false for what is beyond it and good to know. */
  limit: boolean;
  /** The `n`th trial. */
  trial(random: Random, n: number): Trial;
}
