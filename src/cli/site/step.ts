/** One thing that a site has. Each may be cut short anywhere and done again. */
export interface Step {
  /** What it is and where. */
  readonly what: string;
  /** Whether it is there, whole. @throws Error where something stands in its place that is not to be touched */
  there(): Promise<boolean>;
  /** Makes what is missing of it, and nothing anew. */
  make(): Promise<void>;
}

/** What became of a step. */
export interface Done {
  readonly what: string;
  readonly was: 'there' | 'made' | 'missing';
}

/** Does one step, or where it is `dry` only tells whether it would. */
export async function take({ what, there, make }: Step, dry: boolean): Promise<Done> {
  if (await there()) return { what, was: 'there' };
  if (dry) return { what, was: 'missing' };
  await make();
  return { what, was: 'made' };
}
