/** A law that was broken. */
export class Violation extends Error {
  readonly law: string;

  constructor(law: string, detail: string) {
    super(`${law}: ${detail}`);
    this.law = law;
  }
}

/** Holds a law. */
export function must(holds: boolean, law: string, detail: string): asserts holds {
  if (!holds) throw new Violation(law, detail);
}
