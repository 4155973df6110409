import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Arrivals } from '../../../../src/terminal/telephony/media/arrivals.ts';

test('losses are what was sent less what came, over any wrap, order and copies', () => {
  const fate = fc.record({ lost: fc.boolean(), late: fc.integer({ min: 0, max: 5 }), twice: fc.boolean() });
  fc.assert(
    fc.property(
      fc.array(fate, { minLength: 2, maxLength: 300 }),
      fc.integer({ min: 0, max: 65_535 }),
      (fates, start) => {
        // The first comes, and first: what a receiver has not heard of it cannot miss.
        const came = fates
          .map(({ lost, late, twice }, n) => ({
            n,
            at: n === 0 ? -10 : n + late,
            copies: n > 0 && lost ? 0 : twice ? 2 : 1,
          }))
          .filter(({ copies }) => copies > 0)
          .sort((a, b) => a.at - b.at);
        const arrivals = new Arrivals(7);
        let packets = 0;
        for (const { n, copies } of came) {
          for (let copy = 0; copy < copies; copy++) arrivals.packet((start + n) & 0xffff);
          packets += copies;
        }
        const last = Math.max(...came.map(({ n }) => n));
        const report = arrivals.report(8_000);
        expect(report).toMatchObject({ ssrc: 7, highest: start + last, lost: last + 1 - packets });
        expect(report.fractionLost).toBeCloseTo(Math.max(0, (last + 1 - packets) / (last + 1)));
      },
    ),
  );
});

test('the part lost is that since the last report', () => {
  const arrivals = new Arrivals(1);
  for (const sequence of [65_530, 65_531, 65_533, 65_534]) arrivals.packet(sequence);
  expect(arrivals.report(8_000).fractionLost).toBeCloseTo(0.2);
  for (const sequence of [65_535, 0, 1]) arrivals.packet(sequence);
  expect(arrivals.report(8_000)).toMatchObject({ fractionLost: 0, lost: 1, highest: 65_537 });
});

test('one packet of another count is passed over, two start it anew', () => {
  const arrivals = new Arrivals(1);
  for (const sequence of [10, 11, 30_000, 12]) arrivals.packet(sequence);
  expect(arrivals.report(8_000)).toMatchObject({ highest: 12, lost: 0 });
  for (const sequence of [30_000, 30_001, 30_002]) arrivals.packet(sequence);
  expect(arrivals.report(8_000)).toMatchObject({ highest: 30_002, lost: 0 });
});

test('jitter is that of RFC 3550, in ticks of the clock, and a jump of the clock is none', () => {
  const arrivals = new Arrivals(1);
  arrivals.packet(1);
  // Every second packet is 16 ms late: the mean change of transit is 16 ms.
  for (let n = 0; n < 400; n++) arrivals.timed(20 * n, 20 * n + (n % 2) * 16);
  arrivals.timed(1e7, 8_000);
  expect(arrivals.report(8_000).jitter).toBeCloseTo(128, -1);
});
