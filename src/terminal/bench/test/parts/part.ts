import type { Part, PartResult } from '../../../../protocol/self-test.ts';
import type { TestAction } from '../action.ts';
import type { Touch } from '../event.ts';
import type { PartState } from '../state.ts';

/** What is made of a part by what happened: it goes on, or there is a result. */
export type Outcome = { readonly now: PartState } | { readonly result: PartResult };

/** How somebody at the phone is led through a part. */
export interface Attended<S extends PartState> {
  /** What a hand did. */
  touch(state: S, touch: Touch, at: number): Outcome;
  /** A yes or no was given; parts that ask nothing have none. */
  answer?(state: S, yes: boolean): Outcome;
  /** Time has gone by with nothing done; null where there is nothing to be seen of that. */
  late?(state: S, at: number): Outcome | null;
  /** When to look whether time has gone by, ms from now; null where it says nothing before all patience is over. */
  lookAgain?(state: S): number | null;
  /** Nobody does any more: what is missing. */
  missing(state: S): { detail: string; remedy: string };
  /** What the person is to do now. */
  todo(state: S): string;
  /** What is to be set for this state: lamps, echo. */
  show?(state: S): readonly TestAction[];
}

export const passed = (part: Part, detail: string, figures: PartResult['figures'] = {}): Outcome => ({
  result: { part, verdict: 'passed', detail, remedy: null, figures },
});

export const failed = (part: Part, detail: string, remedy: string, figures: PartResult['figures'] = {}): Outcome => ({
  result: { part, verdict: 'failed', detail, remedy, figures },
});

/** A key as a yes or no: 1 is yes, 2 is no. */
export const answerOf = (touch: Touch): boolean | null =>
  touch.type !== 'key' || touch.edge !== 'down' || (touch.key !== '1' && touch.key !== '2') ? null : touch.key === '1';
