import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rescue-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the rescue beside a systemctl that only keeps what it was asked; how the terminal ended is `code` and `status`. */
function rescue(code: number, status: number, rebootAfter: number): string[] {
  const asked = join(folder, 'asked');
  const systemctl = join(folder, 'systemctl');
  writeFileSync(asked, '');
  writeFileSync(
    systemctl,
    `#!/bin/sh
case "$*" in
*ExecMainCode*) echo ${code} ;;
*ExecMainStatus*) echo ${status} ;;
*) echo "$*" >> ${asked} ;;
esac
`,
  );
  chmodSync(systemctl, 0o755);
  const env = { PATH: `${folder}:${process.env.PATH}`, TRY_AGAIN: '0', REBOOT_AFTER: String(rebootAfter) };
  const { status: left, stdout } = spawnSync('sh', [join(packageRoot(), 'deploy/rescue/rescue')], {
    encoding: 'utf8',
    env,
  });
  expect(left).toBe(0);
  return [stdout.trim(), ...readFileSync(asked, 'utf8').trim().split('\n')];
}

const TRIED = [
  'is-failed --quiet tierphone-terminal.service',
  'reset-failed tierphone-terminal.service',
  'start --no-block tierphone-terminal.service',
];
const LONG = 2 ** 31;

test('a terminal that does not come up has its machine started anew, once it has been up for long enough', () => {
  expect(rescue(2, 9, 0)).toEqual(['the terminal does not come up: this machine is started anew', 'reboot']);
  expect(rescue(1, 1, 0).at(-1)).toBe('reboot');
  expect(rescue(1, 1, LONG)).toEqual([expect.stringContaining('nor did starting the machine help'), ...TRIED]);
});

test('a file that is wrong starts no machine anew', () => {
  expect(rescue(1, 2, 0)).toEqual([expect.stringContaining('the configuration of the terminal is wrong'), ...TRIED]);
  // Killed by signal 2 is no exit code 2.
  expect(rescue(2, 2, 0).at(-1)).toBe('reboot');
});
