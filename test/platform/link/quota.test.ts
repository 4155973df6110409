import { expect, it } from 'vitest';
import { Quota } from '../../../src/platform/link/quota.ts';

it('gives each so many at once and so many a second after that, and says how many were refused', () => {
  let now = 0;
  const quota = new Quota(3, 2, () => now);
  const take = (who: string, times: number) => Array.from({ length: times }, () => quota.take(who));
  expect(take('a', 5)).toEqual([0, 0, 0, null, null]);
  expect(take('b', 1)).toEqual([0]);
  now += 499;
  expect(take('a', 1)).toEqual([null]);
  now += 1;
  expect(take('a', 2)).toEqual([3, null]);
  now += 60_000;
  expect(take('a', 5)).toEqual([1, 0, 0, null, null]);
});

it('is not emptied for one by the names of a hundred thousand others', () => {
  let now = 0;
  const quota = new Quota(1, 1, () => now);
  for (let i = 0; i < 100_000; i++) {
    now += 0.1;
    expect(quota.take(`n${i}`)).toBe(0);
  }
  expect(quota.take('n99999')).toBeNull();
});
