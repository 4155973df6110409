import type { Enrolled, Judge } from '../../src/platform/callers/voiceprints/judge.ts';
import { knownOf } from '../../src/platform/callers/voiceprints/known.ts';
import { FIT, unfit, type VoiceFeatures } from '../../src/protocol/voice.ts';
import type { Heard } from './heard.ts';

/** What an answer held against an enrolment came to. */
interface Held {
  readonly scores: readonly number[];
  readonly known: readonly number[];
}

/** One answer held against one enrolment. */
export interface Trial extends Held {
  readonly enrolled: string;
  readonly speaker: string;
  /** The answer to one more prompt, where there is one. */
  readonly again: Held | null;
}

export interface Trials {
  readonly trials: readonly Trial[];
  /** Rounds that were left out since an answer or an enrolment held too little speech. */
  readonly unheard: number;
}

/**
 * Every answer against its own enrolment and against those of all other people. What holds too little speech would be asked for again, and is left out;
 * what is soft or noisy is kept.
 */
export function trialsOf(judge: Judge, heard: readonly Heard[]): Trials {
  const usable = heard.filter(({ enrolment, answer }) =>
    [...enrolment, answer].every((features) => !unfit(features, FIT.answer).includes('too-little-speech')),
  );
  const enrolled = usable.map(({ enrolment }): Enrolled => judge.enrolled({ answers: [...enrolment] }));
  const trials = usable.flatMap(({ speaker, answer, again }, n) => {
    const first = against(judge, answer);
    const second =
      again && !unfit(again, FIT.answer).includes('too-little-speech') ? against(judge, again) : () => null;
    return usable.flatMap((other, m) => {
      if (other.speaker === speaker && m !== n) return [];
      const held = first(enrolled[m] as Enrolled);
      return held ? [{ enrolled: other.speaker, speaker, ...held, again: second(enrolled[m] as Enrolled) }] : [];
    });
  });
  return { trials, unheard: heard.length - usable.length };
}

function against(judge: Judge, answer: VoiceFeatures): (enrolled: Enrolled) => Held | null {
  const scored = judge.against(answer);
  return (enrolled) => {
    const scores = scored(enrolled);
    return scores && { scores, known: knownOf(enrolled.answers, answer) };
  };
}
