import { describe, expect, test } from 'vitest';
import { type Fate, fates, type Impairment } from './impairment.ts';

const COUNT = 40_000;
const all = (impairment: Impairment, seed = 7): Fate[] => {
  const fate = fates(impairment, seed);
  return Array.from({ length: COUNT }, (_, n) => fate(n));
};
const part = (of: Fate[], is: (fate: Fate) => boolean): number => of.filter(is).length / of.length;
const lost = (fate: Fate): boolean => fate.length === 0;
const delays = (of: Fate[]): number[] => of.map(([delay = 0]) => delay);

/** Packets in a row with the same end, of those lost. */
function meanRun(of: Fate[]): number {
  const runs = of.filter((fate, n) => lost(fate) && !lost(of[n - 1] ?? [0])).length;
  return of.filter(lost).length / runs;
}

/** Packets that come after one that was sent later. */
function overtaken(of: Fate[]): number {
  const arrivals = delays(of).map((delay, n) => 20 * n + delay);
  return arrivals.filter((at, n) => arrivals.slice(n + 1, n + 8).some((later) => later < at)).length / of.length;
}

describe('the fate of a packet', () => {
  test('is of its seed and number alone, in whatever order it is asked for', () => {
    const bad: Impairment = {
      loss: { rate: 0.1, burst: 3 },
      jitter: { shape: 'spiky', most: 80 },
      reorder: 0.05,
      duplicate: 0.05,
    };
    const one = fates(bad, 3);
    const backwards = Array.from({ length: 500 }, (_, n) => one(499 - n)).reverse();
    const other = fates(bad, 3);
    expect(backwards).toEqual(Array.from({ length: 500 }, (_, n) => other(n)));
    const third = fates(bad, 4);
    expect(backwards).not.toEqual(Array.from({ length: 500 }, (_, n) => third(n)));
  });

  test('a seed says nothing of the next, nor a packet of the next', () => {
    for (const [a, b] of [
      [all({ loss: { rate: 0.5 } }, 1), all({ loss: { rate: 0.5 } }, 2)],
      [all({ loss: { rate: 0.5 } }, 1), all({ loss: { rate: 0.5 } }, 1).slice(1)],
    ] as const) {
      const same = b.filter((fate, n) => lost(fate) === lost(a[n] as Fate)).length / b.length;
      expect(same).toBeCloseTo(0.5, 1);
    }
  });

  test.each([0.01, 0.05, 0.2])('loss of %d is lost, each by itself', (rate) => {
    const of = all({ loss: { rate } });
    expect(part(of, lost) / rate).toBeGreaterThan(0.85);
    expect(part(of, lost) / rate).toBeLessThan(1.15);
    expect(meanRun(of)).toBeCloseTo(1 / (1 - rate), 1);
  });

  test.each([
    [0.05, 3],
    [0.1, 3],
    [0.2, 5],
  ])('loss of %d in bursts of %d is lost in such bursts', (rate, burst) => {
    const of = all({ loss: { rate, burst } });
    expect(part(of, lost) / rate).toBeGreaterThan(0.85);
    expect(part(of, lost) / rate).toBeLessThan(1.15);
    expect(meanRun(of) / burst).toBeGreaterThan(0.9);
    expect(meanRun(of) / burst).toBeLessThan(1.1);
  });

  test('uniform jitter fills its range and overtakes', () => {
    const of = all({ jitter: { shape: 'uniform', most: 100 } });
    const sorted = delays(of).sort((a, b) => a - b);
    expect(sorted[0]).toBeLessThan(1);
    expect(sorted[COUNT / 2]).toBeCloseTo(50, -1);
    expect(sorted[COUNT - 1]).toBeGreaterThan(99);
    expect(overtaken(of)).toBeGreaterThan(0.3);
  });

  test('spiky jitter is calm but for its spikes, and keeps the order', () => {
    const of = all({ jitter: { shape: 'spiky', most: 100 } });
    const sorted = delays(of).sort((a, b) => a - b);
    expect(sorted[COUNT * 0.9]).toBeLessThan(5);
    expect(sorted[COUNT * 0.99]).toBeGreaterThan(50);
    expect(sorted[COUNT - 1]).toBeLessThanOrEqual(100);
    expect(overtaken(of)).toBe(0);
  });

  test('reordered packets are overtaken, doubled ones come twice', () => {
    expect(overtaken(all({ reorder: 0.05 }))).toBeCloseTo(0.05, 2);
    const of = all({ duplicate: 0.05 });
    expect(part(of, (fate) => fate.length === 2)).toBeCloseTo(0.05, 2);
    for (const [first, second = 0] of of.filter(({ length }) => length === 2)) {
      expect(second - (first ?? 0)).toBeGreaterThanOrEqual(0);
      expect(second - (first ?? 0)).toBeLessThanOrEqual(10);
    }
  });

  test('a step is one, at a time of the seed', () => {
    const turns = [1, 2, 3, 4].map((seed) => {
      const of = delays(all({ step: { from: 240, to: 10 } }, seed));
      const turn = of.indexOf(10);
      expect(of.slice(0, turn).every((delay) => delay === 240)).toBe(true);
      expect(of.slice(turn).every((delay) => delay === 10)).toBe(true);
      return turn;
    });
    expect(Math.min(...turns)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...turns)).toBeLessThanOrEqual(300);
    expect(new Set(turns).size).toBeGreaterThan(1);
  });

  test('with nothing asked for, all passes at once', () => {
    expect(all({}).every((fate) => fate.length === 1 && fate[0] === 0)).toBe(true);
  });
});
