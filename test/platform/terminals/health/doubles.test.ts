import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Doubles } from '../../../../src/platform/terminals/health/doubles.ts';
import type { TerminalStatus } from '../../../../src/protocol/messages.ts';
import { type Instant, TerminalId } from '../../../../src/protocol/units.ts';
import { lost, well } from './statuses.ts';

const phone = TerminalId.parse('t1');
const MINUTE = 60_000;

/** What is told of a phone, its statuses `every` ms. */
function told(doubles: Doubles, statuses: readonly TerminalStatus[], every = 1_000, from = 0): number {
  const at = (n: number) => (from + n * every) as Instant;
  return statuses.filter((status, n) => doubles.hear(phone, { at: at(n), status }, at(n))).length;
}
const byTurns = (times: number, [one, other] = [5, 9]) =>
  Array.from({ length: times }, (_, n) => well({ birth: n % 2 === 0 ? one : other }));

it('tells once of two that speak by turns, and of them again when there was one for ten minutes', () => {
  const doubles = new Doubles();
  expect(told(doubles, byTurns(40), 5_000)).toBe(1);
  expect(told(doubles, byTurns(20), 5_000, 4 * MINUTE)).toBe(0);
  expect(told(doubles, byTurns(20), 5_000, 30 * MINUTE)).toBe(1);
});

it('tells of two also where each is started anew now and then', () => {
  const lives = [5, 9, 5, 10, 5, 11, 5].map((birth) => well({ birth }));
  expect(told(new Doubles(), lives)).toBe(1);
});

it('never tells of a phone that is started anew, however often, says goodbye, or comes late as a will', () => {
  const life = fc.record({
    speaks: fc.integer({ min: 0, max: 4 }),
    ends: fc.constantFrom('goodbye', 'will', 'late will'),
  });
  fc.assert(
    fc.property(fc.array(life, { maxLength: 50 }), (lives) => {
      const statuses = lives.flatMap(({ speaks, ends }, birth) => [
        ...(ends === 'late will' && birth > 0 ? [lost(birth - 1)] : []),
        ...Array.from({ length: speaks }, () => well({ birth })),
        ...(ends === 'will' ? [lost(birth)] : []),
      ]);
      expect(told(new Doubles(), statuses)).toBe(0);
    }),
  );
});

it('is not deceived by a broker that shows what stood there before, as often as it is put back', () => {
  const doubles = new Doubles();
  const old = { at: 0 as Instant, status: well({ birth: 5 }) };
  for (let n = 0; n < 20; n += 1) {
    const now = (n * 10_000) as Instant;
    expect(doubles.hear(phone, old, now)).toBe(false);
    expect(doubles.hear(phone, { at: now, status: well({ birth: 6 + Math.floor(n / 5) }) }, now)).toBe(false);
  }
});
