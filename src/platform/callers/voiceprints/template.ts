import { z } from 'zod';
import { FIT, type Unfit, unfit, VoiceFeatures } from '../../../protocol/voice.ts';
import { Digits } from '../../../protocol/voice-check.ts';

/** Answers of an enrolment. */
export const ENROLLED = 3;

/** What was heard of a person, and what he had been asked to say where somebody asked. */
export const Answer = VoiceFeatures.extend({ said: Digits.exactOptional() });
export type Answer = z.infer<typeof Answer>;

/** A voiceprint: what was heard when a person enrolled. How it is compared is decided when it is. */
export const Template = z.strictObject({
  version: z.literal(1),
  answers: z.array(Answer).min(ENROLLED).max(10),
});
export type Template = z.infer<typeof Template>;

/** The voices of a template without its words: where nobody was asked to say any, making them ready would be most of the work. */
export const voicesAlone = ({ answers }: Template): Pick<Template, 'answers'> => ({
  answers: answers.map(({ said: _, frames: __, ...voice }) => voice),
});

/** Answers of an enrolment that are not fit, by their place, with the reasons. Empty where all are. */
export function unfitOf(
  answers: readonly VoiceFeatures[],
): { readonly answer: number; readonly why: readonly Unfit[] }[] {
  return answers
    .map((features, answer) => ({ answer, why: unfit(features, FIT.enrolment) }))
    .filter(({ why }) => why.length > 0);
}

/** A template of fit answers. @throws RangeError for fewer than three, or where one is unfit */
export function templateOf(answers: readonly Answer[]): Template {
  if (answers.length < ENROLLED) throw new RangeError(`${ENROLLED} answers are wanted, there are ${answers.length}`);
  const [bad] = unfitOf(answers);
  if (bad) throw new RangeError(`answer ${bad.answer + 1} is not fit: ${bad.why.join(', ')}`);
  return { version: 1, answers: [...answers] };
}
