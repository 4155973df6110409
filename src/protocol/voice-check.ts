import { z } from 'zod';
import { Against, Refusal } from './call.ts';
import { CallId, Language } from './units.ts';
import { Unfit } from './voice.ts';

/** Digits that a caller is asked to say, drawn anew each time by the platform: what was said before is of no use. */
export const Digits = z
  .string()
  .regex(/^\d{5}$/)
  .brand<'Digits'>();
export type Digits = z.infer<typeof Digits>;

/** What is asked of a caller's voice before he may call. */
export const VoiceTask = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('verify'), say: Digits }),
  /** `needed`: without it there are no calls, which is read to him. */
  z.strictObject({ do: z.literal('enrol'), needed: z.boolean() }),
]);
export type VoiceTask = z.infer<typeof VoiceTask>;

/** Why an answer could not be judged: never the speaker's fault. */
export const CANNOT = [
  'missing-file',
  'wrong-file',
  'not-supported',
  'died',
  'hung',
  'failed',
  'busy',
  'closed',
  'no-microphone',
] as const;
export const Cannot = z.enum(CANNOT);
export type Cannot = z.infer<typeof Cannot>;

/** Features of a voice or a spoken name, encrypted to the platform's key (compact JWE): on no topic in the clear. */
const sealed = z.string().max(50_000);

/** What a phone tells of a caller's voice. */
const Told = z.discriminatedUnion('kind', [
  /** An answer to what he was asked to say. */
  z.strictObject({ kind: z.literal('answer'), sealed }),
  /** How he says his name. */
  z.strictObject({ kind: z.literal('name'), sealed }),
  /** He said nothing. */
  z.strictObject({ kind: z.literal('silent') }),
  z.strictObject({ kind: z.literal('unjudged'), reason: Cannot }),
  /** He was read the notice of this version and pressed a key: yes or no. */
  z.strictObject({ kind: z.literal('consent'), agreed: z.boolean(), notice: z.int().positive(), language: Language }),
  /** Who speaks at the handset in the course of a call: its latest windows, and its first. */
  z.strictObject({ kind: z.literal('windows'), sealed }),
]);

export const VoiceRequest = z.strictObject({
  type: z.literal('voice'),
  call: CallId,
  /** New for each in a call: one delivered twice is one. */
  request: z.int().nonnegative(),
  told: Told,
});
export type VoiceRequest = z.infer<typeof VoiceRequest>;

/** Why he is asked once more. */
export const Again = z.enum(['unsure', 'silent', 'other-voice', ...Unfit.options]);
export type Again = z.infer<typeof Again>;

/** A natural logarithm: how much likelier the voice is the one it should be than another's. */
const Ratio = z.number().min(-100).max(100);

const reply = z.literal('voice');
export const VoiceReply = z.discriminatedUnion('result', [
  /** `again` null: the first of its kind, or one more where the last was well. */
  z.strictObject({ type: reply, result: z.literal('say'), say: Digits, again: Again.nullable() }),
  /** His voice is known; he is to say his name, for the greeting of those whom he calls. */
  z.strictObject({ type: reply, result: z.literal('name'), again: Again.nullable() }),
  z.strictObject({ type: reply, result: z.literal('accepted') }),
  z.strictObject({ type: reply, result: z.literal('enrolled') }),
  /** He is not enrolled and goes on: he said no, or it did not come about. */
  z.strictObject({ type: reply, result: z.literal('not-enrolled') }),
  /** He goes on, and staff are told that he was not recognised, or could not be judged. */
  z.strictObject({ type: reply, result: z.literal('flagged') }),
  z.strictObject({ type: reply, result: z.literal('refused'), reason: Refusal }),
  /** Of windows: whose voice it is, and what the facility wants done where it goes on being another's. */
  z.strictObject({
    type: reply,
    result: z.literal('heard'),
    voice: z.enum(['same', 'other', 'unsure']),
    ratio: Ratio,
    against: Against,
    act: z.enum(['none', 'announce', 'end']),
  }),
]);
export type VoiceReply = z.infer<typeof VoiceReply>;
