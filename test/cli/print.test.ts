import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clean, coloured, escaped, paint, plain } from '../../src/cli/print.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';

/** What a terminal obeys or what turns text round, beside what is ordinary. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCodePoint(code)),
      fc.constantFrom(
        '\x1b[2J',
        '\x1b]0;x\x07',
        '\x9b8m',
        '\u202e',
        '\u2066',
        '\u061c',
        '\u200f',
        '\u2028',
        '\r\n',
        '\ud800',
      ),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

const HARM = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u;

it('no text from outside can do anything to a screen, colour its line or make a second one', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      expect(clean(one)).not.toMatch(HARM);
      expect(plain(['name: ', one, paint('red', other)])).not.toMatch(HARM);
      const shown = coloured([one, paint('red', other)]);
      expect(shown).toBe(`${clean(one)}\x1b[31m${clean(other)}\x1b[39m`);
      expect(escaped(JSON.stringify(one))).not.toMatch(HARM);
      expect(JSON.parse(escaped(JSON.stringify(one)))).toBe(one);
    }),
    { numRuns: 5_000 },
  );
});

it('what is ordinary stays as it is', () => {
  const names = 'José Łukasz Nguyễn 李 محمد עברית Ω 12:30 – “count” 👍';
  expect(clean(names)).toBe(names);
});

it('the program speaks through one place', () => {
  const folder = join(packageRoot(), 'src/cli');
  const others = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'print.ts')
    .filter((name) => /\b(console\.|(stdout|stderr)\.write)/.test(readFileSync(join(folder, name), 'utf8')));
  expect(others).toEqual([]);
});

it('an error that carries what somebody else wrote is one line without his escapes, and so is a line of the log', () => {
  const evil = 'no\x1b[2J\u202eyes\ntierphone: all is well';
  const cli = spawnSync(process.execPath, [join(packageRoot(), 'dist/src/cli/main.js'), 'terminal', '-c', evil], {
    encoding: 'utf8',
  });
  expect(cli.stderr).not.toContain('\x1b');
  expect(cli.stderr).not.toContain('\u202e');
  const code = `import { openLog } from ${JSON.stringify(join(packageRoot(), 'dist/src/cli/log.js'))};
    if (process.argv[1] === 'tty') Object.defineProperty(process.stderr, 'isTTY', { value: true });
    openLog('info').info({ from: process.argv[2] }, process.argv[2]);`;
  for (const where of ['tty', 'pipe']) {
    const log = spawnSync(process.execPath, ['--input-type=module', '-e', code, where, evil], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(log.stderr).toContain('all is well');
    for (const part of ['\x1b[2J', '\u202e', '\ntierphone: all is well']) expect(log.stderr).not.toContain(part);
  }
});
