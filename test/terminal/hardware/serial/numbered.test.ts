import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEYS } from '../../../../src/protocol/units.ts';
import type { BoardMessage } from '../../../../src/terminal/hardware/serial/message.ts';
import { NumberedLines } from '../../../../src/terminal/hardware/serial/numbered.ts';

type Said = Exclude<BoardMessage, { type: 'beat' }>;

const said: fc.Arbitrary<Said> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('key' as const),
      key: fc.constantFrom(...KEYS),
      edge: fc.constantFrom('down' as const, 'up' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('hook' as const), hook: fc.constantFrom('on' as const, 'off' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tamper' as const), open: fc.boolean() }) },
);
/** A line, whether it arrives, whether a beat follows, and whether the board hears what is asked then. */
interface Step {
  message: Said;
  arrives: boolean;
  beat: boolean;
  answered: boolean;
}
const step: fc.Arbitrary<Step> = fc.record({
  message: said,
  arrives: fc.boolean(),
  beat: fc.boolean(),
  answered: fc.boolean(),
});
const start = fc.constantFrom(0, 17, 65_500, 65_535);

/** A board that says its last `keeps` lines again when asked, each time losing what chance takes. */
function play(first: number, steps: readonly Step[], keeps: number) {
  const lines = new NumberedLines();
  const made: Said[] = [];
  const told: Said[] = [];
  let lost = 0;
  const number = (n: number) => (first + n) & 0xffff;
  const out = (result: { told: Said[]; lost: number }) => {
    told.push(...result.told);
    lost += result.lost;
  };
  const answer = () => {
    const missing = lines.ask();
    if (missing === null) return;
    for (let n = Math.max(0, made.length - keeps); n < made.length; n++) {
      const message = made[n];
      if (message && ((number(n) - missing) & 0xffff) < 0x8000) out(lines.take(message, number(n)));
    }
  };
  lines.beat(first);
  for (const { message, arrives, beat, answered } of steps) {
    made.push(message);
    if (arrives) out(lines.take(message, number(made.length - 1)));
    if (beat) out(lines.beat(number(made.length)));
    if (answered) answer();
  }
  // The line is well again: beats come and questions are answered.
  for (let i = 0; i < 12; i++) {
    out(lines.beat(number(made.length)));
    answer();
  }
  return { lines, made, told, lost };
}

const rest = (all: readonly Said[]) => all.filter(({ type }) => type !== 'hook');

describe('numbered lines', () => {
  it('are told in order and none is lost, whatever the line takes, while the board keeps them', () => {
    fc.assert(
      fc.property(
        start,
        fc.array(
          step.map((one) => ({
            ...one,
            message: { type: 'key', key: '5', edge: one.message.type === 'key' ? one.message.edge : 'up' } as Said,
          })),
          { maxLength: 60 },
        ),
        (first, steps) => {
          const { made, told, lost, lines } = play(first, steps, 64);
          // Ten beats without an answer are the end of patience.
          if (lost === 0) expect(told).toEqual(made);
          expect(lines.ask()).toBeNull();
          expect(told.length + lost).toBe(made.length);
        },
      ),
    );
  });

  it('with the hook among them: no key of another lift is told, none twice, and all others in order', () => {
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 60 }), (first, steps) => {
        const { made, told, lines } = play(first, steps, 64);
        expect(lines.ask()).toBeNull();
        let from = 0;
        for (const message of rest(told)) {
          const at = made.indexOf(message, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + 1;
        }
        // Nor is a key pressed before a movement of the handset that has been told.
        let moved = -1;
        for (const message of told) {
          const at = made.indexOf(message);
          if (message.type === 'hook') moved = Math.max(moved, at);
          else if (message.type === 'key' && message.edge === 'down') expect(at).toBeGreaterThan(moved);
        }
        // No hook line older than one that was told is told after it.
        let hook = 0;
        for (const message of told.filter(({ type }) => type === 'hook')) {
          const at = made.indexOf(message, hook);
          expect(at).toBeGreaterThanOrEqual(hook);
          hook = at + 1;
        }
      }),
    );
  });

  it('that the board no longer has are given up after ten beats, and counted', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        const silent = steps.map((one) => ({
          ...one,
          answered: false,
          beat: false,
          message: { type: 'tamper', open: one.arrives } as Said,
        }));
        const { lost, told, made, lines } = play(7, silent, 0);
        expect(lines.ask()).toBeNull();
        expect(lost).toBe(silent.filter(({ arrives }) => !arrives).length);
        expect(told.length).toBe(made.length - lost);
      }),
    );
  });

  it('hold a bounded number while one is missing', () => {
    const lines = new NumberedLines();
    lines.beat(0);
    let told = 0;
    let lost = 0;
    for (let n = 1; n <= 1_000; n++) {
      const out = lines.take({ type: 'tamper', open: true }, n);
      told += out.told.length;
      lost += out.lost;
    }
    expect([told, lost]).toEqual([1_000, 1]);
  });

  it('begin anew with a board whose numbers begin anew', () => {
    const lines = new NumberedLines();
    lines.beat(500);
    expect(lines.take({ type: 'tamper', open: true }, 500).told).toHaveLength(1);
    lines.beat(0);
    expect(lines.ask()).toBeNull();
    expect(lines.take({ type: 'tamper', open: false }, 0).told).toHaveLength(1);
  });
});
