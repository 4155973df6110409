import { expect, test } from 'vitest';
import { Random } from '../terminal/call/random.ts';
import { fit } from './fit.ts';
import { accepted, cllr, equalError, minCllr, missed } from './measures.ts';

const random = new Random(3);
const chance = () =>
  Array.from({ length: 12 }, () => random.below(10_000) / 10_000).reduce((sum, one) => sum + one, -6);
/** Scores of two groups, apart by two spreads: the true ratio of a score s is 2 s, errors are equal at 15.9%. */
const own = Array.from({ length: 4_000 }, () => 1 + chance());
const strangers = Array.from({ length: 20_000 }, () => -1 + chance());

test('of two normal groups the equal error rate, misses and false accepts are what theory says', () => {
  expect(equalError({ own, strangers })).toBeCloseTo(0.1587, 2);
  expect(missed({ own, strangers }, 0)).toBeCloseTo(0.1587, 1);
  expect(accepted({ own, strangers }, 1.326)).toBeCloseTo(0.01, 2);
  expect(equalError({ own: [3, 4], strangers: [1, 2] })).toBe(0);
});

test('logistic regression finds the true likelihood ratio, whatever the numbers on either side', () => {
  const cases = [
    ...own.map((score) => ({ inputs: [1, score], yes: true })),
    ...strangers.map((score) => ({ inputs: [1, score], yes: false })),
  ];
  const [offset, weight] = fit(cases, 2);
  expect(offset).toBeCloseTo(0, 0);
  expect(weight).toBeCloseTo(2, 0);
});

test('ratios that are true cost the least, ratios that boast cost more, and silence costs a bit', () => {
  const scaled = (by: number) => ({ own: own.map((s) => by * s), strangers: strangers.map((s) => by * s) });
  const least = minCllr(scaled(1));
  expect(minCllr(scaled(5))).toBeCloseTo(least, 9);
  expect(cllr(scaled(2)) - least).toBeLessThan(0.01);
  expect(cllr(scaled(6)) - least).toBeGreaterThan(0.05);
  expect(cllr({ own: [0], strangers: [0, 0] })).toBe(1);
});
