import { unpacked } from '../../../protocol/embedding.ts';
import { FIT, type Unfit, unfit, type VoiceFeatures } from '../../../protocol/voice.ts';
import { type Backend, Comparison, type Side } from './backend.ts';
import { type Calibration, ratioOf, strangerAt, thresholdAt, together } from './calibration.ts';
import { knownOf } from './known.ts';
import type { Answer, Template } from './template.ts';
import { type Speller, spellerOf, wordsOf } from './words/words.ts';

/** Of one answer: each model's score, what they come to, and whether it says what was asked; or why it was not judged. */
export type Judged =
  | { readonly scores: readonly number[]; readonly ratio: number; readonly words: 'right' | 'wrong' | 'unknown' }
  | { readonly unfit: readonly (Unfit | 'other-models')[] };

/** Of the answers of one call. */
export interface Verdict {
  /** `unsure` asks for one more answer; `unjudged` where no answer was fit. */
  readonly verdict: 'accepted' | 'unsure' | 'refused' | 'unjudged';
  /** Natural logarithm of how much likelier he is the enrolled than a stranger. */
  readonly ratio: number;
  /** What had to be reached. */
  readonly threshold: number;
  readonly answers: readonly Judged[];
}

/** An enrolment made ready to be compared with many answers. */
export interface Enrolled {
  readonly answers: readonly VoiceFeatures[];
  /** By model, in the calibration's order; null where it was made with other models. */
  readonly sides: readonly Side[] | null;
  /** How he says digits; null where it was not told which he said, or not all are there. */
  readonly speller: Speller | null;
}

/** Compares voices and says how likely it is that they are one. */
export class Judge {
  readonly #calibration: Calibration;
  readonly #comparisons: readonly Comparison[];

  /** @throws RangeError where a model that is weighed has no backend */
  constructor(backends: readonly Backend[], calibration: Calibration) {
    this.#calibration = calibration;
    this.#comparisons = calibration.models.map(({ model }) => {
      const backend = backends.find((one) => one.model === model);
      if (!backend) throw new RangeError(`no backend is for the model ${model}`);
      return new Comparison(backend);
    });
  }

  enrolled({ answers }: Pick<Template, 'answers'>): Enrolled {
    return { answers, sides: this.#sides(answers), speller: spellerOf(answers) };
  }

  /**
   * Judges answers of one call by a site's rate of false accepts (0.01: one stranger of a hundred). Wrong words count for nobody: they are asked for
   * once more, and refused the second time.
   */
  verdict(enrolled: Enrolled, answers: readonly Answer[], rate: number): Verdict {
    const judged = answers.map((answer) => this.judge(enrolled, answer));
    const heard = judged.flatMap((one) => ('ratio' in one ? [one] : []));
    const wrong = heard.filter(({ words }) => words === 'wrong').length;
    const ratio = together(heard.filter((one) => one.words !== 'wrong' || one.ratio < 0).map((one) => one.ratio));
    const threshold = thresholdAt(this.#calibration, rate);
    const stranger = ratio < strangerAt(threshold, rate);
    const decided = stranger || wrong > 1 ? 'refused' : ratio >= threshold ? 'accepted' : 'unsure';
    return { verdict: heard.length === 0 ? 'unjudged' : decided, ratio, threshold, answers: judged };
  }

  /** Judges one answer. */
  judge(enrolled: Enrolled, answer: Answer): Judged {
    const why = unfit(answer, FIT.answer);
    if (why.length > 0) return { unfit: why };
    const scores = this.against(answer)(enrolled);
    if (!scores) return { unfit: ['other-models'] };
    const ratio = ratioOf(this.#calibration, scores, knownOf(enrolled.answers, answer));
    return { scores, ratio, words: wordsOf(enrolled.speller, answer) };
  }

  /** Places of the answers of an enrolment that are likelier a stranger's than of the person of the others. All are to be fit. */
  odd(answers: readonly VoiceFeatures[]): number[] {
    return answers.flatMap((answer, n) => {
      const judged = this.judge(this.enrolled({ answers: answers.filter((_, m) => m !== n) }), answer);
      return 'ratio' in judged && judged.ratio >= 0 ? [] : [n];
    });
  }

  /** An answer made ready to be compared with many enrolments: each model's score, or null where one side was heard by other models. */
  against(answer: VoiceFeatures): (enrolled: Enrolled) => number[] | null {
    const sides = this.#sides([answer]);
    return (enrolled) => {
      if (!enrolled.sides || !sides) return null;
      return enrolled.sides.map((side, n) => this.#comparisons[n]?.score(side, sides[n] as Side) ?? 0);
    };
  }

  #sides(answers: readonly VoiceFeatures[]): Side[] | null {
    const sides: Side[] = [];
    for (const [n, { model }] of this.#calibration.models.entries()) {
      const voices = answers.map(({ embeddings }) => embeddings.find((one) => one.model === model)?.values);
      if (!voices.every((voice) => voice !== undefined)) return null;
      sides.push((this.#comparisons[n] as Comparison).side(voices.map(unpacked)));
    }
    return sides;
  }
}
