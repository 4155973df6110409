import type { Calibration } from '../../src/platform/callers/voiceprints/calibration.ts';
import { ratioOf, thresholdAt } from '../../src/platform/callers/voiceprints/calibration.ts';
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
  readonly cllr: number;
  readonly minCllr: number;
}

/** What a calibration makes of a trial: 0 is the threshold that was set. */
export interface Weighed {
  readonly trial: Trial;
  readonly ratio: number;
  readonly over: number;
}

/** Ratios of trials, and how far over the threshold of `rate` they are. */
export function weighed(trials: readonly Trial[], calibration: Calibration, rate: number): Weighed[] {
  const threshold = thresholdAt(calibration, rate);
  return trials.map((trial) => {
    const ratio = ratioOf(calibration, trial.scores, trial.known);
    return { trial, ratio, over: ratio - threshold };
  });
}

const DRAWS = 200;

export function lineOf(condition: string, all: readonly Weighed[], unheard: number, seed: number): Line {
  const ratios = sidesOf(all, ({ ratio }) => ratio);
  const over = sidesOf(all, (one) => one.over);
  const people = new Map<string, Weighed[]>();
  for (const one of all) {
    const his = people.get(one.trial.enrolled);
    if (his) his.push(one);
    else people.set(one.trial.enrolled, [one]);
  }
  return {
    condition,
    people: people.size,
    own: ratios.own.length,
    strangers: ratios.strangers.length,
    unheard,
    equalError: equalError(ratios),
    interval: interval([...people.values()], new Random(seed)),
    falseAccepts: accepted(over, 0),
    misses: missed(over, 0),
    cllr: cllr(ratios),
    minCllr: minCllr(ratios),
  };
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
