import type { Calibration } from '../../src/platform/callers/voiceprints/calibration.ts';
import { ratioOf, strangerAt, thresholdAt, together } from '../../src/platform/callers/voiceprints/calibration.ts';
import { Random } from '../terminal/call/random.ts';
import { accepted, cllr, equalError, minCllr, missed, type Sides } from './measures.ts';
import type { Trial } from './trials.ts';

/** A row of the table. Parts are of 1. */
export interface Line {
  readonly condition: string;
  readonly people: number;
  readonly own: number;
  readonly strangers: number;
  /** Rounds with too little speech in an answer. */
  readonly unheard: number;
  readonly equalError: number;
  /** Of 95 of 100 draws of other people. */
  readonly interval: readonly [number, number];
  readonly falseAccepts: number;
  readonly misses: number;
  /** Of strangers who are the ten most like each. */
  readonly hardest: number;
  /** Where one more prompt follows whatever is not decided. Null where nobody has words for it. */
  readonly again: { readonly own: number; readonly falseAccepts: number; readonly misses: number } | null;
  readonly cllr: number;
  readonly minCllr: number;
}

/** What a calibration makes of a trial: 0 is the threshold that was set. */
export interface Weighed {
  readonly trial: Trial;
  readonly ratio: number;
  readonly over: number;
  /** Whether he passes with one more prompt where the first leaves it open; null where there is none. */
  readonly passes: boolean | null;
}

/** Ratios of trials, and how far over the threshold of `rate` they are. */
export function weighed(trials: readonly Trial[], calibration: Calibration, rate: number): Weighed[] {
  const threshold = thresholdAt(calibration, rate);
  const stranger = strangerAt(threshold, rate);
  return trials.map((trial) => {
    const ratio = ratioOf(calibration, trial.scores, trial.known);
    const both = trial.again && together([ratio, ratioOf(calibration, trial.again.scores, trial.again.known)]);
    const passes = both === null ? null : ratio >= threshold || (ratio >= stranger && both >= threshold);
    return { trial, ratio, over: ratio - threshold, passes };
  });
}

const DRAWS = 200;

export function lineOf(condition: string, all: readonly Weighed[], unheard: number, seed: number): Line {
  const ratios = sidesOf(all, ({ ratio }) => ratio);
  const over = sidesOf(all, (one) => one.over);
  const people = groups(all, ({ trial }) => trial.enrolled);
  return {
    condition,
    people: people.length,
    own: ratios.own.length,
    strangers: ratios.strangers.length,
    unheard,
    equalError: equalError(ratios),
    interval: interval(people, new Random(seed)),
    falseAccepts: accepted(over, 0),
    misses: missed(over, 0),
    hardest: hardest(people),
    again: again(all),
    cllr: cllr(ratios),
    minCllr: minCllr(ratios),
  };
}

function groups(all: readonly Weighed[], by: (one: Weighed) => string): Weighed[][] {
  const groups = new Map<string, Weighed[]>();
  for (const one of all) {
    const group = groups.get(by(one));
    if (group) group.push(one);
    else groups.set(by(one), [one]);
  }
  return [...groups.values()];
}

const HARDEST = 10;

/** False accepts of the ten people who came nearest to each one, in the mean over what they said. */
function hardest(people: readonly (readonly Weighed[])[]): number {
  const overs = people.flatMap((his) => {
    const strangers = groups(
      his.filter((one) => !isOwn(one)),
      ({ trial }) => trial.speaker,
    );
    const mean = (all: readonly Weighed[]) => all.reduce((sum, { ratio }) => sum + ratio, 0) / all.length;
    return strangers
      .toSorted((a, b) => mean(b) - mean(a))
      .slice(0, HARDEST)
      .flatMap((one) => one.map(({ over }) => over));
  });
  return accepted({ own: [], strangers: overs }, 0);
}

function again(all: readonly Weighed[]): Line['again'] {
  const twice = all.flatMap((one) => (one.passes === null ? [] : [{ own: isOwn(one), passes: one.passes }]));
  const passing = (own: boolean) => {
    const side = twice.filter((one) => one.own === own);
    return side.filter(({ passes }) => passes).length / side.length;
  };
  const own = twice.filter((one) => one.own).length;
  return own === 0 ? null : { own, falseAccepts: passing(false), misses: 1 - passing(true) };
}

const isOwn = ({ trial: { enrolled, speaker } }: Weighed) => enrolled === speaker;

const sidesOf = (all: readonly Weighed[], value: (one: Weighed) => number): Sides => ({
  own: all.filter(isOwn).map(value),
  strangers: all.filter((one) => !isOwn(one)).map(value),
});

/** The equal error rate with people drawn anew, with all that was held against their enrolments. */
function interval(people: readonly (readonly Weighed[])[], random: Random): [number, number] {
  const sides = people.map((one) => sidesOf(one, ({ ratio }) => ratio));
  const rates = Array.from({ length: DRAWS }, () => {
    const drawn = sides.map(() => random.pick(sides));
    return equalError({
      own: drawn.flatMap(({ own }) => own),
      strangers: drawn.flatMap(({ strangers }) => strangers),
    });
  }).sort((a, b) => a - b);
  return [rates[Math.floor(0.025 * DRAWS)] ?? 0, rates[Math.ceil(0.975 * DRAWS) - 1] ?? 0];
}
