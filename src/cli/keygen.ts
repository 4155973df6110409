import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { print, printJson } from './print.ts';

/**
 * Makes the key that opens backups, in `file`, which its owner alone may read; gives the recipient, for `backup.recipients`.
 * @throws Error where the file is there already: it is not overwritten
 */
export async function makeBackupKey(file: string): Promise<string> {
  // Loaded here: no other command needs it.
  const { makeIdentity } = await import('../platform/backup/identity.ts');
  const { text, recipient } = await makeIdentity(new Date());
  await writeFile(file, text, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? 'is there already: move it away first' : `cannot be written (${cause.code})`;
    throw new Error(`${file}: ${why}`, { cause });
  });
  return recipient;
}

/** `tierphone backup keygen`: the key with which backups are opened. */
export function keygenCommand(): Command {
  return new Command('keygen')
    .description('Make the key that opens backups, and print the line by which a platform encrypts them to it.')
    .argument('<file>', 'where it goes: must be new')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nKeep the file off the server, in two places: lost, no backup can be read by anybody.')
    .action(async (file: string, { json }: { json?: true }) => {
      const recipient = await makeBackupKey(file);
      if (json) return printJson({ file, recipient });
      print(`${file}: opens backups: keep it off the server, in two places; lost, no backup can be read`);
      print(`backup: { recipients: [${recipient}] }`);
    });
}
