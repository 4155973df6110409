import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEYS, type Key } from '../../../src/protocol/units.ts';
import { contact, hasCompiler, Play } from './play.ts';

describe.skipIf(!hasCompiler)('the firmware under random hands (needs g++)', () => {
  let play: Play;
  beforeAll(() => {
    play = new Play();
  });
  afterAll(() => play?.close());

  const bounce = fc
    .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
    .filter((waits) => waits.reduce((a, b) => a + b, 0) <= 10);
  const move = fc.record({
    what: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...KEYS) },
      { weight: 1, arbitrary: fc.constantFrom('hook' as const, 'tamper' as const, 'up' as const) },
    ),
    bounce,
    rest: fc.integer({ min: 26, max: 60 }),
  });

  it('says what a model says, for random hands and contacts that bounce for 10 ms', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 150, maxLength: 300 }), (moves) => {
        const on = new Map<string, boolean>();
        const held = new Set<Key>();
        const told = new Set<Key>();
        const script = ['run 10'];
        const expected: string[][] = [];
        for (const { what, bounce: waits, rest } of moves) {
          const to = !on.get(what);
          on.set(what, to);
          const name = (closed: boolean) => (isKey(what) ? contact(what, closed) : `${what} ${closed ? 1 : 0}`);
          for (const [n, wait] of waits.entries()) script.push(name(n % 2 === 0 ? to : !to), `run ${wait}`);
          script.push(name(to), `run ${what === 'tamper' ? 150 : rest}`);
          if (what === 'hook') expected.push([`HOOK,${to ? 'OFF' : 'ON'}`]);
          else if (what === 'tamper') expected.push([`TAMPER,${to ? 'OPEN' : 'CLOSED'}`]);
          else if (what === 'up') expected.push(to ? ['VOL,UP'] : []);
          else {
            if (to) held.add(what);
            else held.delete(what);
            expected.push(settle(held, told));
          }
        }
        script.push('run 300');
        const said = play
          .run(script)
          .map(({ line }) => line.slice(1, -3))
          .filter((line) => !line.startsWith('BEAT'));
        // Keys that become sure at the same moment are told in the order of the scan.
        expect(
          expected.flatMap((some) => said.splice(0, some.length).sort().join() === [...some].sort().join()),
        ).not.toContain(false);
        expect(said).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
});

const isKey = (what: string): what is Key => (KEYS as readonly string[]).includes(what);

/** What a keypad of 4 rows and 3 columns without diodes tells when these keys are held: rectangles change nothing. */
function settle(held: ReadonlySet<Key>, told: Set<Key>): string[] {
  const layout = '123456789*0#';
  const row = (place: number) => Math.floor(place / 3);
  const column = (place: number) => place % 3;
  const seen = new Set([...held].map((key) => layout.indexOf(key)));
  for (let grown = true; grown; ) {
    grown = false;
    for (const a of seen) {
      for (const b of seen) {
        for (const c of seen) {
          const corner = row(a) * 3 + column(c);
          if (
            row(a) !== row(b) &&
            column(b) === column(a) &&
            row(c) === row(b) &&
            column(c) !== column(b) &&
            !seen.has(corner)
          ) {
            seen.add(corner);
            grown = true;
          }
        }
      }
    }
  }
  const sure = (place: number) =>
    ![...Array(12).keys()].some(
      (other) =>
        row(other) !== row(place) &&
        column(other) !== column(place) &&
        [place, other, row(place) * 3 + column(other), row(other) * 3 + column(place)].every((corner) =>
          seen.has(corner),
        ),
    );
  const lines: string[] = [];
  for (const [place, name] of [...layout].entries()) {
    const key = name as Key;
    if (!sure(place) || seen.has(place) === told.has(key)) continue;
    if (told.has(key)) told.delete(key);
    else told.add(key);
    lines.push(`KEY,${key},${told.has(key) ? 'DOWN' : 'UP'}`);
  }
  return lines;
}
