import { expect, it } from 'vitest';
import { picture } from '../../src/cli/bench/picture.ts';
import { asLines } from '../../src/cli/bench/show.ts';
import { findingLines } from '../../src/cli/doctor/print.ts';
import { coloured, plain } from '../../src/cli/print.ts';
import { SelfTestProgress, SelfTestResult } from '../../src/protocol/self-test.ts';

const PROGRESS = SelfTestProgress.parse({
  id: '00000000-0000-4000-8000-000000000001',
  state: 'running',
  parts: ['broker', 'disk', 'keys', 'hook'],
  part: 'keys',
  todo: '7 came instead. Press 3. Still wanted: 3 4 5 6 7 8 9 * 0 #',
  asks: false,
  keys: {
    pressed: ['1', '2'],
    wanted: ['3', '4', '5', '6', '7', '8', '9', '*', '0', '#'],
    wrong: '7',
    doubled: [],
    stuck: [],
  },
  results: [
    { part: 'broker', verdict: 'passed', detail: 'there and back in 3 ms', remedy: null, figures: {} },
    {
      part: 'disk',
      verdict: 'failed',
      detail: `a write took ${'9'.repeat(60)} ms`,
      remedy: 'replace the card',
      figures: {},
    },
  ],
});

it('a test is one screen: what was found, where it is, the keypad, and what to do', () => {
  const shown = picture(PROGRESS, 60);
  expect(shown.map(plain)).toEqual([
    '████████████············ 2 of 4',
    '',
    'ok        message broker        there and back in 3 ms',
    `FAULT     disk                  a write took ${'9'.repeat(14)}…`,
    '...       keypad',
    '          hook',
    '',
    '     1   2   3 ',
    '     4   5   6 ',
    '     7   8   9 ',
    '     *   0   # ',
    '',
    '7 came instead. Press 3. Still wanted: 3 4 5 6 7 8 9 * 0 #',
    's skips, q stops',
  ]);
  const row = coloured(shown.find((line) => plain(line) === '     1   2   3 ') ?? '');
  // The key that is wanted looks another way than those that came.
  const looks = (key: string) =>
    row
      .slice(0, row.indexOf(` ${key} `))
      .split(' ')
      .at(-1);
  expect(looks('1')).not.toBe(looks('3'));
});

it('on a pipe each thing is said once', () => {
  const said: string[] = [];
  const show = asLines((line) => said.push(line));
  show.progress(PROGRESS);
  show.progress(PROGRESS);
  const result = SelfTestResult.parse({
    id: PROGRESS.id,
    facility: 'f',
    unit: 'u',
    terminal: 't',
    by: 'technician',
    started: 1,
    ended: 2,
    version: '1',
    node: 'v20',
    board: 'b',
    verdict: 'failed',
    results: [...PROGRESS.results, { part: 'hook', verdict: 'skipped', detail: 'x', remedy: null, figures: {} }],
  });
  show.result(result, 'jws');
  expect(said).toEqual([
    'ok        message broker        there and back in 3 ms',
    expect.stringMatching(/^FAULT {5}disk/),
    '> 7 came instead. Press 3. Still wanted: 3 4 5 6 7 8 9 * 0 #',
    'FAILED: this phone is not fit for service',
    expect.stringMatching(/^ {2}disk: a write took/),
    '    -> replace the card',
    '  not looked at: hook',
  ]);
});

it('a finding is what, why and what to do, a line each', () => {
  expect(findingLines([])).toEqual(['nothing is wrong']);
  const finding = { weight: 'stops-calls', what: 'no broker', why: 'no call', remedy: 'start it' } as const;
  expect(findingLines([finding]).map(plain)).toEqual([
    'NO CALLS  no broker',
    '          why: no call',
    '          do:  start it',
  ]);
});
