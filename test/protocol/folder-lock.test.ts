import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from '../../src/protocol/folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tierphone-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is had once, and again when it is released', () => {
  const release = lockFolder(join(folder, 'new'));
  expect(() => lockFolder(join(folder, 'new'))).toThrow(`${join(folder, 'new')} is in use by process ${process.pid}`);
  release();
  lockFolder(join(folder, 'new'))();
  expect(readdirSync(join(folder, 'new'))).toEqual([]);
});

it('is refused while the process that has it lives, and taken over when it was killed', async () => {
  const other = spawn('sleep', ['600']);
  const gone = new Promise((resolve) => other.once('exit', resolve));
  // The same as that process would have written.
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const start = readFileSync(`/proc/${other.pid}/stat`, 'utf8').split(' ')[21];
  writeFileSync(join(folder, 'in-use'), `${other.pid} ${boot} ${start}`);
  expect(() => lockFolder(folder)).toThrow(
    `is in use by process ${other.pid}: stop that process, or give another folder`,
  );
  other.kill('SIGKILL');
  await gone;
  lockFolder(folder)();
});

it.each([
  ['of a process whose number another has now', `${process.pid} 1`],
  ['that is empty', ''],
  ['that is nonsense', 'x y z'],
])('takes over a lock %s', (_, text) => {
  writeFileSync(join(folder, 'in-use'), text);
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow('is in use');
  release();
});
