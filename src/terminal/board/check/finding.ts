import type { Path } from '../schema.ts';

/** What is wrong at a place in a board file. A phone with an error does not work; one with a warning may not. */
export interface Finding {
  readonly level: 'error' | 'warning';
  readonly path: Path;
  /** What is wrong, without a full stop. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** Set where the schema itself compares several settings: a rule may say the same better. */
  readonly crosswise?: true;
  /** What to do. */
  readonly remedy: string;
}

/** A board file as it is written, be it right or wrong. */
export type Written = unknown;

/** A rule across settings: looks at what is written, as far as it is there. */
export type Rule = (file: Written, lineOf: (path: Path) => number | null) => readonly Finding[];
