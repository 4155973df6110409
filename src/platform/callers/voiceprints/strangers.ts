import { randomInt } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Enrolled, Judge } from './judge.ts';
import { type Answer, type Template, voicesAlone } from './template.ts';

/** Comparisons of callers with each other, at most. */
const PAIRS = 3_000;
/** So many of them must be accepted before the rate of that says anything. */
const ACCEPTED = 10;
/** What is used may be so much greater or smaller than what is set: a site's few callers do not overrule what many people taught. */
const BOUNDS = { least: 0.1, most: 2 } as const;

/** A rate of false accepts as a site's own handsets have it. */
export interface Fitted {
  /** How often strangers there are accepted at the rate that is set. */
  readonly seen: number;
  /** The rate at which they are accepted as often as was set, within `BOUNDS`. */
  readonly used: number;
  readonly pairs: number;
}

/**
 * Fits a rate of false accepts to a site by its own callers, each of whom is a stranger to all others: what they said when they enrolled is
 * compared with the prints of others. Other work gets its turn meanwhile. Null where they are too few to tell.
 */
export async function fitted(judge: Judge, templates: readonly Template[], rate: number): Promise<Fitted | null> {
  const wanted = Math.min(PAIRS, templates.length * (templates.length - 1));
  if (wanted * rate < ACCEPTED) return null;
  const people: Person[] = [];
  for (const template of templates) {
    const voices = voicesAlone(template);
    people.push({ ...voices, enrolled: judge.enrolled(voices) });
    // Each takes some milliseconds.
    await turn();
  }
  const ratios: number[] = [];
  for (let n = 0; n < wanted; n++) {
    const own = randomInt(people.length);
    const other = (own + 1 + randomInt(people.length - 1)) % people.length;
    const { answers } = people[own] as Person;
    const judged = judge.judge((people[other] as Person).enrolled, answers[randomInt(answers.length)] as Answer);
    if ('ratio' in judged) ratios.push(judged.ratio);
    // A comparison takes a millisecond.
    if (n % 5 === 0) await turn();
  }
  if (ratios.length * rate < ACCEPTED) return null;
  ratios.sort((a, b) => b - a);
  const threshold = (at: number) => judge.verdict(NOBODY, [], at).threshold;
  const seen = ratios.filter((ratio) => ratio >= threshold(rate)).length / ratios.length;
  const reached = ratios[Math.floor(ratios.length * rate)] as number;
  return { seen, used: rateAt(threshold, reached, rate), pairs: ratios.length };
}

interface Person {
  readonly answers: readonly Answer[];
  readonly enrolled: Enrolled;
}

const NOBODY = { answers: [], sides: null, speller: null };

/** The rate whose threshold strangers reach just so often; thresholds rise as rates fall. */
function rateAt(threshold: (rate: number) => number, reached: number, rate: number): number {
  let [low, high] = [Math.log(rate * BOUNDS.least), Math.log(Math.min(0.4, rate * BOUNDS.most))];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (threshold(Math.exp(middle)) > reached) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
