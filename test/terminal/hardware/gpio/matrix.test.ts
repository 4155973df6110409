import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS, type Key, type Millis } from '../../../../src/protocol/units.ts';
import { type KeyEdge, KeyMatrix } from '../../../../src/terminal/hardware/gpio/matrix.ts';
import { closedKeys, PAD, type Press, scanOf } from './keypad.ts';

const BOUNCE_MS = 10;
// As in the emulated machine. A key is let go for 27.5 ms, of which bouncing takes 10 and two pauses between scans 7 at the worst: a
// debounce of 12 would sometimes end after the next press.
const TIMING = { press: 2 as Millis, debounce: 10 as Millis, stuck: 10_000 as Millis };
/** From one column to the next, in milliseconds. */
const STEP_MS = 0.1;

const key = fc.constantFrom(...KEYS);
const bounces = fc
  .array(fc.double({ min: 0.05, max: BOUNCE_MS, noNaN: true }), { maxLength: 8 })
  .map((times) => [...times].sort((a, b) => a - b));
const pace = fc.array(fc.double({ min: 1, max: 3.5, noNaN: true }), { minLength: 16, maxLength: 16 });

/** Scans all the while, at a pace that varies, and hands back what was told and when. */
function told(presses: readonly Press[], paces: readonly number[]): (KeyEdge & { at: number })[] {
  const matrix = new KeyMatrix(PAD, TIMING);
  const end = Math.max(0, ...presses.map(({ to }) => to)) + 100;
  const edges: (KeyEdge & { at: number })[] = [];
  for (let now = 0, turn = 0; now < end; now += paces[turn++ % paces.length] ?? 1) {
    const scan = scanOf((column) => closedKeys(presses, now + column * STEP_MS));
    edges.push(...matrix.scanned(scan, now).edges.map((edge) => ({ ...edge, at: now })));
  }
  return edges;
}

const words = (edges: readonly KeyEdge[]) => edges.map((edge) => `${edge.edge} ${edge.key}`);

describe('the key matrix', () => {
  it('tells every press once, at 20 a second, with contacts that bounce for 10 ms at both ends', () => {
    const press = fc.record({ key, bounces: fc.tuple(bounces, bounces) });
    fc.assert(
      fc.property(fc.array(press, { minLength: 1, maxLength: 30 }), pace, (pressed, paces) => {
        const presses = pressed.map((one, n): Press => ({ ...one, from: 50 * n, to: 50 * n + 22.5 }));
        const edges = told(presses, paces);
        const downs = edges.filter(({ edge }) => edge === 'down');
        expect(downs.map((edge) => edge.key)).toEqual(presses.map((one) => one.key));
        for (const one of KEYS) {
          const own = edges.filter((edge) => edge.key === one).map(({ edge }) => edge);
          expect(own).toEqual(own.map((_, n) => (n % 2 === 0 ? 'down' : 'up')));
          expect(own.length % 2).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('tells two keys that overlap in the order they went down and came up', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { minLength: 2, maxLength: 2 }),
        fc.tuple(bounces, bounces, bounces, bounces),
        fc.boolean(),
        pace,
        ([first = '1', second = '2'], [a, b, c, d], inside, paces) => {
          const presses: Press[] = [
            { key: first, from: 5, to: inside ? 205 : 105, bounces: [a, b] },
            { key: second, from: 55, to: 155, bounces: [c, d] },
          ];
          const ups = inside ? [second, first] : [first, second];
          expect(words(told(presses, paces))).toEqual([
            `down ${first}`,
            `down ${second}`,
            ...ups.map((up) => `up ${up}`),
          ]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never tells a key that nobody touches, however many are down', () => {
    const press = fc.record({
      key,
      from: fc.integer({ min: 0, max: 300 }),
      held: fc.integer({ min: 1, max: 300 }),
      bounces: fc.tuple(bounces, bounces),
    });
    fc.assert(
      fc.property(fc.uniqueArray(press, { selector: (one) => one.key, maxLength: 12 }), pace, (pressed, paces) => {
        const presses = pressed.map(({ held, ...one }): Press => ({ ...one, to: one.from + held }));
        for (const { key: heard, edge, at } of told(presses, paces)) {
          const finger = presses.find((one) => one.key === heard);
          if (!finger) throw new Error('a ghost was told');
          if (edge === 'down') {
            expect(at).toBeGreaterThanOrEqual(finger.from);
            expect(at).toBeLessThanOrEqual(finger.to + BOUNCE_MS + 10);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('tells all of a set of keys unless three corners of a rectangle are among them', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 6 }), (keys) => {
        const down = new Set(keys);
        const matrix = new KeyMatrix(PAD, TIMING);
        const scan = scanOf(() => down);
        matrix.scanned(scan, 0);
        const heard = matrix.scanned(scan, 100).edges.map((edge) => edge.key);
        const at = (key: Key) => ({
          row: PAD.findIndex((row) => row.includes(key)),
          column: PAD[0] ? PAD.map((row) => row.indexOf(key)).find((column) => column >= 0) : -1,
        });
        const corner = keys.some((a) =>
          keys.some(
            (b) => a !== b && at(a).row === at(b).row && keys.some((c) => c !== a && at(a).column === at(c).column),
          ),
        );
        if (corner) expect(keys).toEqual(expect.arrayContaining(heard));
        else expect([...heard].sort()).toEqual([...keys].sort());
      }),
    );
  });

  it('takes a key that is held too long as released, says so once, and hears it again after it was up', () => {
    const matrix = new KeyMatrix(PAD, { ...TIMING, stuck: 1_000 as Millis });
    const closed = scanOf(() => new Set<Key>(['8']));
    const open = scanOf(() => new Set<Key>());
    const other = scanOf(() => new Set<Key>(['8', '3']));
    const at = (scan: typeof closed, now: number) => {
      const { edges, stuck, pace: next } = matrix.scanned(scan, now);
      return [words(edges).join(), stuck, next];
    };
    expect(at(closed, 0)).toEqual(['', false, 'moving']);
    expect(at(closed, 3)).toEqual(['down 8', false, 'held']);
    expect(at(closed, 1_010)).toEqual(['up 8', true, 'stuck']);
    expect(at(closed, 5_000)).toEqual(['', false, 'stuck']);
    expect(at(other, 5_050)).toEqual(['', false, 'moving']);
    expect(at(other, 5_053)).toEqual(['down 3', false, 'held']);
    expect(at(open, 5_100)).toEqual(['', false, 'moving']);
    expect(at(open, 5_113)).toEqual(['up 3', false, 'idle']);
    expect(at(closed, 6_000)).toEqual(['', false, 'moving']);
    expect(at(closed, 6_003)).toEqual(['down 8', false, 'held']);
    expect(words(matrix.releaseAll())).toEqual(['up 8']);
    expect(words(matrix.releaseAll())).toEqual([]);
  });
});
