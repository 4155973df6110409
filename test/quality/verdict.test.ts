import { expect, test } from 'vitest';
import type { Outcome } from './contest.ts';
import type { Score } from './run.ts';
import { longest, shadow, stallsIn } from './stall.ts';
import { judge, table } from './verdict.ts';

const score = (more: Partial<Score> = {}): Score => ({ mos: 4, snr: 30, lsd: 1, delay: 100, loss: 0, run: 0, ...more });

const outcome = (ours: Score, baresip: readonly [Score, Score], row = 'a', seed = 1): Outcome => ({
  row,
  seed,
  ours,
  baresip,
  left: 0,
  stall: 0,
  sender: { p50: 0, p99: 0 },
  told: '',
});

test('worse is what is worse by more than two baresips differ, each measure in its own direction', () => {
  const alike = [score(), score()] as const;
  const worse = (ours: Partial<Score>, theirs: readonly [Score, Score] = alike) =>
    judge([outcome(score(ours), theirs)]).lines[0]?.worse;
  expect(worse({})).toEqual([]);
  expect(worse({ mos: 4.5, snr: 35, lsd: 0 })).toEqual([]);
  expect(worse({ mos: 3.9 })).toEqual(['mos']);
  expect(worse({ snr: 29, lsd: 1.5 })).toEqual(['snr', 'lsd']);
  expect(worse({ delay: 500 })).toEqual([]);
  expect(worse({ mos: 3.9 }, [score({ mos: 3.9 }), score({ mos: 4.1 })])).toEqual([]);
});

test('a row is the mean of its seeds, and a line of the table', () => {
  const { lines } = judge([
    outcome(score({ mos: 3 }), [score(), score()], 'a', 1),
    outcome(score({ mos: 5 }), [score(), score()], 'a', 2),
    outcome(score({ mos: 1 }), [score(), score()], 'b', 1),
  ]);
  expect(lines.map(({ row, ours, worse }) => [row, ours.mos, worse])).toEqual([
    ['a', 4, []],
    ['b', 1, ['mos']],
  ]);
  const rows = table(lines).split('\n');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toMatch(/^\| a .* 4\.00 \/ 4\.00 .* not worse/);
  expect(rows[3]).toMatch(/^\| b .*\*\*worse\*\* \(mos\)/);
});

test('a stall shows in packets that left late and in ears without frames, and casts a shadow on the speech around it', () => {
  const frames = [0, 20, 40, 160, 161, 162].map((at) => ({ at: 1_000 + at, samples: new Int16Array(160) }));
  const quiet = { began: 1_000, lateness: [0, 1, 5] };
  expect(stallsIn(quiet, [frames.slice(0, 3)])).toEqual([]);
  expect(stallsIn({ began: 1_000, lateness: [0, 60] }, [])).toEqual([{ from: 1_020, to: 1_080 }]);
  const stalls = stallsIn(quiet, [frames]);
  expect(stalls).toEqual([{ from: 1_060, to: 1_160 }]);
  expect(longest(stalls)).toBe(100);
  const dark = shadow(stalls, 0, 100);
  expect([dark.indexOf(true), dark.lastIndexOf(true)]).toEqual([39, 82]);
});
