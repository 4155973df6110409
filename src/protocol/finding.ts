import { z } from 'zod';
import { Instant } from './units.ts';

const line = z.string().max(300);

/** Something that is wrong, or may become so: one line each of what it is, why it matters and what to do. */
export const Finding = z.strictObject({
  /** `stops-calls`: no call can be made; `soon`: it will come to that, or is lost quietly; `note`: to know. */
  weight: z.enum(['stops-calls', 'soon', 'note']),
  what: line,
  why: line,
  remedy: line,
});
export type Finding = z.infer<typeof Finding>;

/** The worst first. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  Finding.shape.weight.options.flatMap((weight) => findings.filter((finding) => finding.weight === weight));

/** What a terminal that runs knows of its own state. */
export const Diagnosis = z.strictObject({
  at: Instant,
  findings: z.array(Finding).max(40),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
