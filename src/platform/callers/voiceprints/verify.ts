import { FIT } from '../../../protocol/voice.ts';
import type { Again, Digits } from '../../../protocol/voice-check.ts';
import { drawn } from './digits.ts';
import type { Enrolled, Judge, Verdict } from './judge.ts';
import type { Answer } from './template.ts';
import { type Asking, fitOrNot, type Heard, OutOfPlace, type Verifying } from './under-way.ts';

/** Answers that are judged together: one more where the first left it open. */
const ANSWERS = 2;
/** So often he is asked again where there was nothing to judge. */
const UNHEARD = 2;

/** It is over: as the voice is judged, or why it could not be. `answers`: all that was judged. */
export interface Verified {
  readonly result: 'accepted' | 'refused' | 'unjudged';
  readonly answers: readonly Answer[];
  readonly verdict: Verdict | null;
  readonly why: string | null;
}

/** With what an answer is compared, and how often a stranger may be accepted; `enrolled` null: his print cannot be had. */
export interface Against {
  readonly judge: Judge;
  readonly enrolled: Enrolled | null;
  readonly rate: number;
}

/** A check begins. */
export const toVerify = (asked: Digits): Verifying => ({ task: 'verify', asked, answers: [], unheard: 0 });

/**
 * What follows from what was heard of a caller who is to be known by his voice. Pure but for the digits, which are drawn anew.
 * @throws OutOfPlace
 */
export function verifying(state: Verifying, heard: Heard, against: Against): Asking<Verifying> | Verified {
  const { judge, enrolled, rate } = against;
  const { answers } = state;
  const unjudged = (why: string): Verified => ({ result: 'unjudged', answers, verdict: null, why });
  const once = (more: Partial<Verifying>, again: Again): Asking<Verifying> => {
    const say = drawn(state.asked);
    return { state: { ...state, ...more, asked: say }, say, again };
  };
  if (heard.kind === 'consent') throw new OutOfPlace('he has a voiceprint: no consent is asked for');
  if (heard.kind === 'unjudged') return unjudged(heard.reason);
  if (enrolled === null) return unjudged('no-print');
  const features = fitOrNot(heard, FIT.answer);
  if (typeof features === 'string')
    return state.unheard >= UNHEARD ? unjudged(features) : once({ unheard: state.unheard + 1 }, features);
  const all = [...answers, { ...features, said: state.asked }];
  const verdict = judge.verdict(enrolled, all, rate);
  switch (verdict.verdict) {
    case 'accepted':
      return { result: 'accepted', answers: all, verdict, why: null };
    case 'unjudged':
      return { result: 'unjudged', answers: all, verdict: null, why: whyOf(verdict) };
    case 'unsure':
      if (all.length < ANSWERS) return once({ answers: all }, 'unsure');
      return { result: 'refused', answers: all, verdict, why: wrongWords(verdict) ?? 'unsure' };
    case 'refused':
      return { result: 'refused', answers: all, verdict, why: wrongWords(verdict) };
  }
}

/** That something else was said than was asked, as by a recording; null where it was not. */
const wrongWords = ({ answers }: Verdict): 'wrong-words' | null =>
  answers.some((one) => 'words' in one && one.words === 'wrong') ? 'wrong-words' : null;

/** Why nothing was judged. */
function whyOf({ answers: [first] }: Verdict): string {
  return first && 'unfit' in first ? (first.unfit[0] ?? 'unfit') : 'unfit';
}
