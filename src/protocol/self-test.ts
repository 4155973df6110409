import { z } from 'zod';
import { FacilityId, Instant, Key, TerminalId, UnitId } from './units.ts';

/** What a self-test looks at, in the order in which it does: what needs nobody comes first. */
export const PARTS = [
  'network',
  'broker',
  'trunk',
  'clock',
  'disk',
  'sound',
  'keys',
  'hook',
  'volume',
  'tamper',
  'lamps',
  'echo',
] as const;
export const Part = z.enum(PARTS);
export type Part = z.infer<typeof Part>;

/** Parts for which somebody must be at the phone. */
export const ATTENDED: readonly Part[] = ['keys', 'hook', 'volume', 'tamper', 'lamps', 'echo'];

const line = z.string().max(300);

/** What came of one part. `not-fitted`: this phone has no such thing, as its board file says; `simulated`: software plays it. */
export const PartResult = z.strictObject({
  part: Part,
  verdict: z.enum(['passed', 'failed', 'skipped', 'not-fitted', 'simulated']),
  /** One line: what was found. */
  detail: line,
  /** What to do about it; null where nothing is to be done. */
  remedy: line.nullable(),
  /** What was measured; each name says its unit, as `writeMs`. */
  figures: z.record(z.string().max(40), z.number()),
});
export type PartResult = z.infer<typeof PartResult>;

/** The keypad as a test has seen it. */
const KeysSeen = z.strictObject({
  /** Pressed as wanted, in order. */
  pressed: z.array(Key).max(12),
  /** Still to be pressed, the next first. */
  wanted: z.array(Key).max(12),
  /** The last that came when another was wanted. */
  wrong: Key.nullable(),
  /** Came more than once for one press. */
  doubled: z.array(Key).max(12),
  /** Held down longer than a finger does. */
  stuck: z.array(Key).max(12),
});
export type KeysSeen = z.infer<typeof KeysSeen>;

/** How a self-test stands, whole: told anew at each change. */
export const SelfTestProgress = z.strictObject({
  id: z.uuid(),
  state: z.enum(['running', 'over']),
  /** All that will be looked at. */
  parts: z.array(Part).max(PARTS.length),
  /** What is being looked at now. */
  part: Part.nullable(),
  /** What the person at the phone is to do, in plain words; empty where nothing. */
  todo: line,
  /** A yes or no is waited for: 1 or 2 on the keypad, or from whoever watches. */
  asks: z.boolean(),
  keys: KeysSeen.nullable(),
  results: z.array(PartResult).max(PARTS.length),
});
export type SelfTestProgress = z.infer<typeof SelfTestProgress>;

/** `incomplete`: nothing failed, but something was skipped or is simulated. */
export const TestVerdict = z.enum(['passed', 'failed', 'incomplete']);
export type TestVerdict = z.infer<typeof TestVerdict>;

/** A self-test that is over, as the terminal signs it. */
export const SelfTestResult = z.strictObject({
  id: z.uuid(),
  facility: FacilityId,
  unit: UnitId,
  terminal: TerminalId,
  /** Who started it: `technician` at the machine, `handset`, or the issuer of the command. */
  by: z.string().max(64),
  started: Instant,
  ended: Instant,
  version: z.string().max(40),
  node: z.string().max(40),
  /** Name of the board file. */
  board: z.string().max(100),
  verdict: TestVerdict,
  results: z.array(PartResult).max(PARTS.length),
});
export type SelfTestResult = z.infer<typeof SelfTestResult>;

/** The last self-test of a phone as its status tells it: what failed and what to do about it. All of it is in the signed result. */
export const TestSummary = SelfTestResult.pick({ ended: true, by: true, verdict: true }).extend({
  failed: z.array(PartResult.pick({ part: true, detail: true, remedy: true })).max(PARTS.length),
});
export type TestSummary = z.infer<typeof TestSummary>;

/** What a status tells of a result. */
export const summaryOf = ({ ended, by, verdict, results }: SelfTestResult): TestSummary => ({
  ...{ ended, by, verdict },
  failed: results.flatMap(({ part, verdict: found, detail, remedy }) =>
    found === 'failed' ? [{ part, detail, remedy }] : [],
  ),
});

/** What all parts together come to. */
export function verdictOf(results: readonly PartResult[]): TestVerdict {
  if (results.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return results.some(({ verdict }) => verdict === 'skipped' || verdict === 'simulated') ? 'incomplete' : 'passed';
}
