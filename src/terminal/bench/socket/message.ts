import { join } from 'node:path';
import { z } from 'zod';
import { Diagnosis } from '../../../protocol/finding.ts';
import { Part, SelfTestProgress, SelfTestResult } from '../../../protocol/self-test.ts';

/** No line is longer. */
export const LONGEST_LINE = 65_536;

/** Where the bench of a terminal listens, in its data folder. */
export const socketFile = (folder: string): string => join(folder, 'bench.sock');

/** What a technician's program may ask, a line of JSON each. */
export const Asked = z.discriminatedUnion('type', [
  /** Starts a test of `parts`, which ends when the asker leaves. */
  z.strictObject({ type: z.literal('start'), parts: z.array(Part).min(1).max(Part.options.length) }),
  z.strictObject({ type: z.literal('skip') }),
  z.strictObject({ type: z.literal('stop') }),
  z.strictObject({ type: z.literal('answer'), yes: z.boolean() }),
  z.strictObject({ type: z.literal('doctor') }),
]);
export type Asked = z.infer<typeof Asked>;

/** What the terminal says, a line of JSON each. */
export const Told = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), progress: SelfTestProgress }),
  z.strictObject({ type: z.literal('result'), result: SelfTestResult, jws: z.string().max(32_768) }),
  z.strictObject({ type: z.literal('diagnosis'), diagnosis: Diagnosis }),
  z.strictObject({ type: z.literal('refused'), reason: z.string().max(300) }),
]);
export type Told = z.infer<typeof Told>;
