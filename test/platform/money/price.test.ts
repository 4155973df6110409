import fc from 'fast-check';
import { expect, it } from 'vitest';
import { affordable, price } from '../../../src/platform/money/price.ts';
import type { Millis, Money } from '../../../src/protocol/units.ts';

const rate = fc.integer({ min: 1, max: 9_999_999_000_000 }).map((n) => n as Money);
const money = fc.integer({ min: 0, max: 9_999_999_000_000 }).map((n) => n as Money);

it('rounds in favour of the family', () => {
  expect(price(60_000 as Money, 500 as Millis)).toBe(500);
  expect(price(7 as Money, 59_999 as Millis)).toBe(6);
  expect(price(0 as Money, 600_000 as Millis)).toBe(0);
});

it('never grants talk that costs more than there is, nor a second less than there is', () => {
  fc.assert(
    fc.property(rate, money, (r, m) => {
      const ms = affordable(r, m) ?? 0;
      expect(ms % 1_000).toBe(0);
      expect(price(r, ms as Millis)).toBeLessThanOrEqual(m);
      if (ms < 10_000_000_000) expect(BigInt(r) * BigInt(ms + 1_000)).toBeGreaterThan(BigInt(m) * 60_000n);
    }),
  );
});

it('knows no bound where talk is free, and grants nothing where there is no money', () => {
  expect(affordable(0 as Money, 0 as Money)).toBeNull();
  expect(affordable(60_000 as Money, 999 as Money)).toBe(0);
  expect(affordable(60_000 as Money, -5 as Money)).toBe(0);
});
