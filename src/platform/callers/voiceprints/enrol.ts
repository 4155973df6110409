import { FIT } from '../../../protocol/voice.ts';
import type { Again } from '../../../protocol/voice-check.ts';
import { drawnToEnrol, otherwise } from './digits.ts';
import type { Judge } from './judge.ts';
import { type Template, templateOf } from './template.ts';
import { type Asking, type Enrolling, fitOrNot, type Heard, OutOfPlace } from './under-way.ts';

/** So often each prompt is said at most. */
const TRIES = 3;

/** It is over. */
export type EnrolmentOver =
  | { readonly result: 'enrolled'; readonly template: Template }
  | { readonly result: 'declined' }
  /** What he said was not fit, or not of one voice, however often. */
  | { readonly result: 'failed'; readonly why: string }
  | { readonly result: 'unjudged'; readonly why: string };

/** An enrolment begins: with the notice. */
export const TO_ENROL: Enrolling = { task: 'enrol', prompts: [] };

/**
 * What follows from what was heard of a caller who enrols. Pure but for the digits, which are drawn anew.
 * @throws OutOfPlace
 */
export function enrolling(state: Enrolling, heard: Heard, judge: Judge): Asking<Enrolling> | EnrolmentOver {
  if (heard.kind === 'unjudged') return { result: 'unjudged', why: heard.reason };
  const at = state.prompts.findIndex(({ answer }) => answer === null);
  const prompt = state.prompts[at];
  if (heard.kind === 'consent') {
    if (prompt) throw new OutOfPlace('he was asked for his consent before');
    if (!heard.agreed) return { result: 'declined' };
    return asking(
      drawnToEnrol().map((digits) => ({ digits, again: 0, answer: null })),
      null,
    );
  }
  if (!prompt) throw new OutOfPlace('he has not agreed yet');
  const features = fitOrNot(heard, FIT.enrolment);
  if (typeof features === 'string') return onceMore(state.prompts, [at], features);
  const answer = { ...features, said: prompt.digits };
  const prompts = state.prompts.with(at, { ...prompt, answer });
  const answers = prompts.flatMap((one) => one.answer ?? []);
  if (answers.length < prompts.length) return asking(prompts, null);
  const odd = judge.odd(answers);
  return odd.length > 0 ? onceMore(prompts, odd, 'other-voice') : { result: 'enrolled', template: templateOf(answers) };
}

type Prompts = Enrolling['prompts'];

/** These are said again, in another order. */
function onceMore(prompts: Prompts, which: readonly number[], why: Again): Asking<Enrolling> | EnrolmentOver {
  const next = prompts.map((prompt, n) =>
    which.includes(n) ? { digits: otherwise(prompt.digits), again: prompt.again + 1, answer: null } : prompt,
  );
  return next.some(({ again }) => again >= TRIES) ? { result: 'failed', why } : asking(next, why);
}

function asking(prompts: Prompts, again: Again | null): Asking<Enrolling> {
  const prompt = prompts.find(({ answer }) => answer === null);
  if (!prompt) throw new RangeError('all has been said');
  return { state: { task: 'enrol', prompts }, say: prompt.digits, again };
}
