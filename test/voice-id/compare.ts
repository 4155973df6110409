import type { Backend } from '../../src/platform/callers/voiceprints/backend.ts';
import type { Calibration } from '../../src/platform/callers/voiceprints/calibration.ts';
import { Judge } from '../../src/platform/callers/voiceprints/judge.ts';
import { calibrate, folds } from './calibrate.ts';
import type { Heard } from './heard.ts';
import { type Line, lineOf, type Weighed, weighed } from './line.ts';
import { trialsOf } from './trials.ts';

interface Set {
  readonly name: string;
  readonly heard: readonly Heard[];
}

/**
 * A line for each condition. With a calibration all people are tried by it; with a number of folds each part of the people by one that was learned
 * from the others, so that neither he who is enrolled nor a stranger was in what it was made of.
 */
export function compare(
  sets: readonly Set[],
  backends: readonly Backend[],
  how: Calibration | number,
  rate: number,
  seed: number,
): Line[] {
  const parts = typeof how === 'number' ? crossed(sets, backends, how) : [{ sets, calibration: how }];
  return sets.map(({ name }, n) => {
    const all: Weighed[] = [];
    let unheard = 0;
    for (const part of parts) {
      const made = trialsOf(new Judge(backends, part.calibration), part.sets[n]?.heard ?? []);
      // One by one: there may be more than a call takes arguments.
      for (const one of weighed(made.trials, part.calibration, rate)) all.push(one);
      unheard += made.unheard;
    }
    return lineOf(name, all, unheard, seed);
  });
}

function crossed(sets: readonly Set[], backends: readonly Backend[], count: number) {
  const people = sets.flatMap(({ heard }) => heard.map(({ speaker }) => speaker));
  return folds(people, count).map((held) => ({
    sets: only(sets, (speaker) => held.has(speaker)),
    calibration: calibrate(
      only(sets, (speaker) => !held.has(speaker)).map(({ heard }) => heard),
      backends,
      'a fold',
    ),
  }));
}

const only = (sets: readonly Set[], wanted: (speaker: string) => boolean): Set[] =>
  sets.map(({ name, heard }) => ({ name, heard: heard.filter(({ speaker }) => wanted(speaker)) }));
