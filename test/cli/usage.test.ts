import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const tierphone = (...args: string[]) =>
  spawnSync(process.execPath, [join(packageRoot(), 'dist/src/cli/main.js'), ...args], { encoding: 'utf8' });

it.each([
  ['an unknown command', ['bogus'], /unknown command 'bogus'/],
  ['a terminal with no configuration', ['terminal'], /required option '-c, --config <file>' not specified/],
  ['an unknown option', ['keys', 'x', '--facility', 'f', '--colour'], /unknown option '--colour'/],
  ['an account for nobody', ['account', 'cook'], /unknown command 'cook'/],
] as const)('%s is named, and ends with exit code 2', (_what, args, line) => {
  const { status, stderr } = tierphone(...args);
  expect(stderr).toMatch(line);
  expect(status).toBe(2);
});

it('help is printed on standard output, with exit code 0', () => {
  const { status, stdout } = tierphone('--help');
  expect(stdout).toMatch(/lockdown/);
  expect(status).toBe(0);
});
