import type { Part, PartResult } from '../../../protocol/self-test.ts';

/** What was measured of a part: with a remedy it failed. */
export interface Measured {
  readonly detail: string;
  readonly remedy?: string | undefined;
  readonly figures?: Readonly<Record<string, number>>;
}

const LINE = 300;

/** A measurement as the result of its part. */
export const resultOf = (part: Part, { detail, remedy, figures = {} }: Measured): PartResult => ({
  part,
  verdict: remedy === undefined ? 'passed' : 'failed',
  detail: detail.slice(0, LINE),
  remedy: remedy?.slice(0, LINE) ?? null,
  figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 10) / 10])),
});
