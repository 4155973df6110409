import { z } from 'zod';
import type { SpokenName } from '../../../protocol/spoken-name.ts';
import { type Fitness, type Unfit, unfit } from '../../../protocol/voice.ts';
import { type Again, Digits } from '../../../protocol/voice-check.ts';
import { Answer } from './template.ts';

/** A caller says digits, to be compared with his voiceprint. */
export const Verifying = z.strictObject({
  task: z.literal('verify'),
  /** What he was asked to say. */
  asked: Digits,
  /** What was fit to be judged. */
  answers: z.array(Answer),
  /** How often there was nothing to judge. */
  unheard: z.int(),
});
export type Verifying = z.infer<typeof Verifying>;

/** A caller's voice is heard for the first time. Without prompts: he has not agreed yet. */
export const Enrolling = z.strictObject({
  task: z.literal('enrol'),
  /** What he is asked to say, how often each was asked again, and what was heard of it; the first without an answer is asked. */
  prompts: z.array(z.strictObject({ digits: Digits, again: z.int(), answer: Answer.nullable() })),
});
export type Enrolling = z.infer<typeof Enrolling>;

/** His voice is known now, and he is asked for his name; `again`: how often once more. */
export const Naming = z.strictObject({ task: z.literal('name'), again: z.int() });
export type Naming = z.infer<typeof Naming>;

/** What is heard of a caller: an answer, or nothing that could be one. */
export type Heard =
  | { readonly kind: 'answer'; readonly features: Omit<Answer, 'said'> }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unjudged'; readonly reason: string }
  | { readonly kind: 'consent'; readonly agreed: boolean };

/** What is told of a caller, his name included. */
export type Told = Heard | { readonly kind: 'name'; readonly name: SpokenName };

type Answered = Extract<Heard, { kind: 'answer' | 'silent' }>;

/** The features of an answer that is fit, or why there is nothing to judge. */
export function fitOrNot(heard: Answered, fit: Fitness): Omit<Answer, 'said'> | Unfit | 'silent' {
  if (heard.kind === 'silent') return 'silent';
  return unfit(heard.features, fit)[0] ?? heard.features;
}

/** He is asked for one more. */
export interface Asking<State> {
  readonly state: State;
  readonly say: Digits;
  readonly again: Again | null;
}

/** It makes no sense here: an answer where none was asked for, consent where he is known. */
export class OutOfPlace extends Error {
  override readonly name = 'OutOfPlace';
}
