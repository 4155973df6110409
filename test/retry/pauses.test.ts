import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Pauses } from '../../src/retry/pauses.ts';

const bounds = fc.tuple(fc.integer({ min: 2, max: 10_000 }), fc.integer({ min: 10_000, max: 600_000 }));

/** What has failed `failures` times. */
function failed(first: number, longest: number, failures: number): Pauses {
  const pauses = new Pauses({ first, longest });
  for (let i = 0; i < failures; i++) pauses.next();
  return pauses;
}

it('pauses between half and all of the first, doubled with every failure up to the longest', () => {
  fc.assert(
    fc.property(bounds, fc.integer({ min: 0, max: 2_000 }), ([first, longest], failures) => {
      const whole = Math.min(longest, first * 2 ** failures);
      const pause = failed(first, longest, failures).next();
      expect(pause).toBeGreaterThanOrEqual(Math.floor(whole / 2));
      expect(pause).toBeLessThanOrEqual(whole);
    }),
  );
});

it('starts small again once it works', () => {
  const pauses = failed(100, 60_000, 20);
  pauses.reset();
  expect(pauses.next()).toBeLessThanOrEqual(100);
});

it('two that fail at the same moment do not come back at the same moment', () => {
  const many = Array.from({ length: 200 }, () => failed(10_000, 10_000, 0).next());
  expect(new Set(many).size).toBeGreaterThan(100);
});
