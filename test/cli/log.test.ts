import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fstatSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookOf } from '../../src/cli/log-line.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';

const AT = Date.parse('2026-11-30T16:00:00.123Z');
const line = (fields: object) => JSON.stringify({ level: 30, time: AT, ...fields });

describe('a line of the log', () => {
  it.each([
    [
      'what it is about stands in brackets',
      { msg: 'record stored', call: 'abc', n: 3 },
      'record stored (call abc, n 3)',
    ],
    [
      'lists are lists',
      { msg: 'said', actions: ['say welcome', 'ask identify'] },
      'said (actions say welcome; ask identify)',
    ],
    ['things in things', { msg: 'm', voice: { kind: 'other', score: 0.5 } }, 'm (voice kind other score 0.5)'],
    ['what is not there is not told', { msg: 'm', call: null, detail: '', actions: [] }, 'm'],
    [
      'nor what the words say already',
      { msg: 'keypad raised: no beat', fault: 'keypad', state: 'raised' },
      'keypad raised: no beat',
    ],
    ['why something failed', { msg: 'not stored', err: { message: 'disk full' } }, 'not stored: disk full'],
    ['once', { msg: 'disk full', err: { message: 'disk full' } }, 'disk full'],
  ])('is read as a sentence: %s', (_what, fields, wanted) => {
    expect(lookOf('file')(line(fields))).toBe(`2026-11-30T16:00:00.123Z info ${wanted}\n`);
  });

  it.each([
    [20, 7],
    [30, 6],
    [40, 4],
    [50, 3],
    [60, 2],
  ])('of level %i is of priority %i in the journal, which has the time itself', (level, priority) => {
    expect(lookOf('journal')(line({ level, msg: 'm' }))).toBe(`<${priority}>m\n`);
  });

  it('has the stack after it, for who looks at all of it', () => {
    const err = { message: 'full', stack: 'Error: full\n    at write (a.js:1)\n    at b.js:2' };
    expect(lookOf('journal')(line({ level: 50, msg: 'not stored', err }))).toBe(
      '<3>not stored: full\n<7>    at write (a.js:1)\n<7>    at b.js:2\n',
    );
  });

  it('cannot be forged by what others wrote, priority and stack included', () => {
    const evil = 'x\n<0>all is well\u001b[2J\u202e';
    const journal = lookOf('journal')(
      line({ msg: evil, from: `y${evil}`, err: { message: evil, stack: `Error\n${evil}` } }),
    );
    for (const part of ['\u001b', '\u202e', '\n<0>']) expect(journal).not.toContain(part);
    for (const one of journal.trimEnd().split('\n')) expect(one).toMatch(/^<[67]>/);
  });
});

describe('the log of a program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tierphone-log-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What a program that logs a secret and a warning writes to its standard error. */
  async function written(name: string, options: string, journal: boolean): Promise<string> {
    const path = join(folder, name);
    const fd = openSync(path, 'w');
    const { dev, ino } = fstatSync(fd);
    const code = `import { openLog } from ${JSON.stringify(join(packageRoot(), 'dist/src/cli/log.js'))};
      openLog('info', ${options}).warn({ pin: '1234', mqtt: { password: 'p455' }, call: 'c' }, 'well');`;
    const program = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'ignore', fd],
      env: { ...process.env, ...(journal && { JOURNAL_STREAM: `${dev}:${ino}` }) },
    });
    expect(await once(program, 'exit')).toEqual([0, null]);
    return readFileSync(path, 'utf8');
  }

  it('in the journal has priorities and no second time, elsewhere the time, by --json an object a line; no secret anywhere', async () => {
    expect(await written('journal', '{}', true)).toBe('<4>well (pin [secret], mqtt password [secret], call c)\n');
    expect(await written('file', '{}', false)).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warning well \(pin \[secret\]/);
    expect(JSON.parse(await written('json', '{ json: true }', true))).toMatchObject({
      level: 40,
      msg: 'well',
      call: 'c',
    });
  });

  it('goes to a file of its owner alone where the screen is taken', async () => {
    const file = join(folder, 'data/bench.log');
    expect(await written('none', JSON.stringify({ file }), false)).toBe('');
    expect(readFileSync(file, 'utf8')).toMatch(/Z warning well/);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });
});
