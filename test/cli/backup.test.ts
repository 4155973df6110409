import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Decrypter, Encrypter } from 'age-encryption';
import { afterAll, expect, it } from 'vitest';
import { backupCommand } from '../../src/cli/backup.ts';
import { makeBackupKey } from '../../src/cli/keygen.ts';
import { BackupConfig } from '../../src/platform/backup/config.ts';
import { command } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tierphone-backup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes a key that opens what is encrypted to its recipient, for its owner alone, and writes over none', async () => {
  const file = join(folder, 'backup.key');
  const made = await command(backupCommand(), ['keygen', file]);
  expect(made).toMatchObject({ code: 0, err: '' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const written = readFileSync(file, 'utf8');
  const secret = /^AGE-SECRET-KEY-1\S+$/m.exec(written)?.[0] ?? '';
  expect(made.out).not.toContain(secret);
  const recipient = /^backup: \{ recipients: \[(age1\w+)\] \}$/m.exec(made.out)?.[1] ?? '';
  expect(BackupConfig.parse({ recipients: [recipient] }).recipients).toEqual([recipient]);
  expect(BackupConfig.safeParse({ recipients: [secret] }).success).toBe(false);
  const [to, by] = [new Encrypter(), new Decrypter()];
  to.addRecipient(recipient);
  by.addIdentity(secret);
  expect(await by.decrypt(await to.encrypt('a whole platform'), 'text')).toBe('a whole platform');

  expect((await command(backupCommand(), ['keygen', file])).err).toContain('is there already: move it away first');
  expect(readFileSync(file, 'utf8')).toBe(written);
  await expect(makeBackupKey(join(folder, 'none', 'key'))).rejects.toThrow('cannot be written (ENOENT)');
});
