import type { Enrolled, Judge } from '../../src/platform/callers/voiceprints/judge.ts';
import { knownOf } from '../../src/platform/callers/voiceprints/known.ts';
import { FIT, unfit } from '../../src/protocol/voice.ts';
import type { Heard } from './heard.ts';

/** One answer held against one enrolment. */
export interface Trial {
  readonly enrolled: string;
  readonly speaker: string;
  readonly scores: readonly number[];
  readonly known: readonly number[];
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
  const trials = usable.flatMap(({ speaker, answer }, n) => {
    const against = judge.against(answer);
    return usable.flatMap((other, m) => {
      if (other.speaker === speaker && m !== n) return [];
      const scores = against(enrolled[m] as Enrolled);
      if (!scores) return [];
      return [{ enrolled: other.speaker, speaker, scores, known: knownOf(other.enrolment, answer) }];
    });
  });
  return { trials, unheard: heard.length - usable.length };
}
