import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EndingReason, PHASES, Refusal } from '../../../src/protocol/call.ts';
import type { JournalLine } from '../../../src/protocol/journal.ts';
import { recover } from '../../../src/terminal/call/recover.ts';
import { step } from '../../../src/terminal/call/step.ts';
import { IDS } from './driver.ts';
import { type Move, play, stillWorks } from './moves.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';
import { WRONGS } from './wrong.ts';

/** At least so many events go through the core in a run of this test. */
const EVENTS = Number(process.env.TIERPHONE_EVENTS ?? 100_000);
const byte = fc.nat(255);
const moves = fc.noBias(fc.array(fc.tuple(byte, byte), { minLength: 1, maxLength: 400, size: 'max' }));
const seed = fc.nat(0xffff_ffff);

/** Plays moves in a world of its own, to the end. @throws Violation */
function run(core: typeof step, seed: number, moves: readonly Move[]): World {
  const world = new World(core, seed);
  for (const move of moves) play(world, move);
  stillWorks(world);
  if (world.state.call.phase !== 'identifying') throw new Violation('liveness', `came to ${world.state.call.phase}`);
  world.close();
  return world;
}

/** How often each came up in a run. */
class Tally {
  readonly of = new Map<string, number>();
  add(what: string, n = 1): void {
    this.of.set(what, (this.of.get(what) ?? 0) + n);
  }
}

it(`holds its laws over ${EVENTS} events`, { timeout: 60_000 + EVENTS }, () => {
  let events = 0;
  const phases = new Tally();
  const endings = new Tally();
  const start = performance.now();
  while (events < EVENTS) {
    // Each round prints its own seed and shrinks when it fails, for a minute at most.
    fc.assert(
      fc.property(seed, moves, (seed, moves) => {
        const world = run(step, seed, moves);
        events += world.events;
        for (const [phase, n] of world.visits) phases.add(phase, n);
        for (const entry of world.journal) {
          if (entry.type !== 'record') continue;
          const { reason, bound } = entry.record.ending;
          endings.add(bound === undefined ? reason : `${reason} ${bound}`);
        }
      }),
      { numRuns: 50, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
    );
  }
  const seconds = (performance.now() - start) / 1_000;
  const list = ({ of }: Tally) => [...of].map(([what, n]) => `${what} ${n}`).join(', ');
  console.log(`${events} events in ${seconds.toFixed(1)} s\n  came to: ${list(phases)}\n  ended: ${list(endings)}`);
  for (const phase of PHASES) expect(phases.of.get(phase) ?? 0, phase).toBeGreaterThan(events / 1_000);
  const expected = EndingReason.options.filter((reason) => !(Refusal.options as string[]).includes(reason));
  const reasons = new Set([...endings.of.keys()].map((ending) => ending.split(' ')[0]));
  expect(expected.filter((reason) => !reasons.has(reason))).toEqual(['restarted']);
});

it('leaves a journal from which, wherever it is cut, every lift has one record', () => {
  fc.assert(
    fc.property(seed, moves, fc.nat(0xffff), (seed, moves, cut) => {
      const { journal, at, laws } = run(step, seed, moves);
      const left = journal.slice(0, cut % (journal.length + 1));
      const before = left.flatMap((entry) => (entry.type === 'record' ? [entry.record.call] : []));
      const lines = left.map(
        (entry): JournalLine =>
          entry.type === 'record' && entry.held
            ? { type: 'held', call: entry.record.call, record: entry.record }
            : entry,
      );
      const { entries } = recover(lines, IDS, at as never);
      const after = entries.flatMap((entry) => (entry.type === 'record' ? [entry.record] : []));
      const lifted = left.flatMap((entry) => (entry.type === 'lifted' ? [entry.call] : []));
      expect([...before, ...after.map((record) => record.call)].sort()).toEqual(lifted.sort());
      for (const record of after) {
        const whole = journal.find((entry) => entry.type === 'record' && entry.record.call === record.call);
        if (whole?.type !== 'record') throw new Violation('law 5', 'no record in the end');
        // What was written down while the far end was silent is known to be silence only in the end.
        if (whole.record.ending.reason === 'media-lost') continue;
        expect(record.talked).toBeLessThanOrEqual(whole.record.talked);
      }
      expect(laws.records.size).toBe(laws.lifts);
      const all = [...left, ...entries];
      const covers = new Set(
        all.flatMap((entry) => ('cover' in entry && entry.cover !== undefined ? [entry.call] : [])),
      );
      for (const entry of all)
        if (entry.type === 'record' && entry.record.hidden)
          expect(entry.record.cover !== undefined || covers.has(entry.record.call)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

it.each(Object.entries(WRONGS))('finds a core that %s', (_, { laws, core }) => {
  const found = fc.check(
    fc.property(seed, moves, (seed, moves) => {
      run(core, seed, moves);
    }),
    { numRuns: 500, endOnFailure: true },
  );
  expect(found.failed).toBe(true);
  expect(found.errorInstance).toBeInstanceOf(Violation);
  expect(laws).toContain((found.errorInstance as Violation).law);
});
