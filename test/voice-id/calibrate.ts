import type { Backend } from '../../src/platform/callers/voiceprints/backend.ts';
import { type Calibration, type Line, ratioOf } from '../../src/platform/callers/voiceprints/calibration.ts';
import { Judge } from '../../src/platform/callers/voiceprints/judge.ts';
import { KNOWN } from '../../src/platform/callers/voiceprints/known.ts';
import { unevenness } from './even.ts';
import { fit } from './fit.ts';
import type { Heard } from './heard.ts';
import { type Trial, trialsOf } from './trials.ts';

/** Rates of false accepts whose thresholds are kept. */
const RATES = [0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002];
/** Strangers of a condition that are learned from. */
const STRANGERS = 4_000;
const FOLDS = 4;

/** Learns a calibration from what was heard under several conditions. Its thresholds are of people whom the weights were not learned from. */
export function calibrate(
  sets: readonly (readonly Heard[])[],
  backends: readonly Backend[],
  madeOf: string,
): Calibration {
  const start = neutral(backends);
  const judge = new Judge(backends, start);
  const trials = sets.map((heard) => trialsOf(judge, heard).trials);
  const whole = learned(start, trials);
  const strangers = folds(
    trials.flat().map(({ enrolled }) => enrolled),
    FOLDS,
  ).flatMap((held) => {
    const rest = learned(
      start,
      trials.map((set) => set.filter(({ enrolled, speaker }) => !held.has(enrolled) && !held.has(speaker))),
    );
    return trials
      .flat()
      .filter((trial) => trial.enrolled !== trial.speaker && held.has(trial.enrolled) && held.has(trial.speaker))
      .map(({ scores, known }) => ratioOf(rest, scores, known));
  });
  return { ...whole, madeOf, falseAccepts: thresholds(strangers) };
}

/** People in so many groups, each once. */
export function folds(names: readonly string[], count: number): Set<string>[] {
  const people = [...new Set(names)].sort();
  return Array.from({ length: count }, (_, n) => new Set(people.filter((_name, k) => k % count === n)));
}

const flat = (usual: number): Line => ({ usual, known: KNOWN.map(() => 0) });

/** All scores weigh the same, whatever is known. */
const neutral = (backends: readonly Backend[]): Calibration => ({
  madeOf: '',
  models: backends.map(({ model }) => ({ model, weight: flat(1) })),
  offset: flat(0),
  falseAccepts: [[0.5, 0]],
});

const rounded = (value: number) => Math.round(1e5 * value) / 1e5;

function learned(start: Calibration, trials: readonly (readonly Trial[])[]): Calibration {
  const cases = trials.flatMap((set) => {
    const strangers = set.filter(({ enrolled, speaker }) => enrolled !== speaker);
    const each = Math.max(1, Math.ceil(strangers.length / STRANGERS));
    return [
      ...set
        .filter(({ enrolled, speaker }) => enrolled === speaker)
        .map((one) => ({ inputs: inputsOf(one), yes: true })),
      ...strangers.filter((_, n) => n % each === 0).map((one) => ({ inputs: inputsOf(one), yes: false })),
    ];
  });
  const models = start.models.length;
  const weights = fit(cases, 1 + models).map(rounded);
  const known = (from: number) => weights.slice(from, from + KNOWN.length);
  const first = 1 + models;
  const made: Calibration = {
    ...start,
    offset: { usual: weights[0] ?? 0, known: known(first) },
    models: start.models.map((model, n) => ({
      ...model,
      weight: { usual: weights[1 + n] ?? 0, known: known(first + (n + 1) * KNOWN.length) },
    })),
  };
  return evened(made, trials);
}

/** The rate for which the threshold is even whatever is known. */
const EVEN = 0.01;

function evened(made: Calibration, trials: readonly (readonly Trial[])[]): Calibration {
  const strangers = trials.flatMap((set) => {
    const all = set.filter(({ enrolled, speaker }) => enrolled !== speaker);
    return all.map(({ scores, known }) => ({ ratio: ratioOf(made, scores, known), known, share: 1 / all.length }));
  });
  const known = unevenness(strangers, EVEN).map((more, k) => rounded((made.offset.known[k] ?? 0) - more));
  return { ...made, offset: { ...made.offset, known } };
}

/** One, the scores, what is known, and what is known times each score. */
const inputsOf = ({ scores, known }: Trial): number[] => [
  ...[1, ...scores, ...known],
  ...scores.flatMap((score) => known.map((value) => score * value)),
];

function thresholds(strangers: readonly number[]): Calibration['falseAccepts'] {
  const falling = strangers.toSorted((a, b) => b - a);
  return RATES.filter((rate) => rate * falling.length >= 5).map((rate) => [
    rate,
    rounded(falling[Math.floor(rate * falling.length)] ?? 0),
  ]);
}
