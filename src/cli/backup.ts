import { existsSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { syncFolder, writeAll } from '../protocol/durable.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { keygenCommand } from './keygen.ts';
import { print, printJson } from './print.ts';
import { strict } from './usage.ts';

interface Flags extends ApiFlags {
  readonly to: string;
  readonly quiet?: true;
  readonly json?: true;
}

/** `tierphone backup`: all of a platform in one file, which its key alone opens. */
export function backupCommand(): Command {
  return strict(withApi(new Command('backup')))
    .description('Take a backup of a running platform: database, keys and configuration in one encrypted file.')
    .option('--to <file>', 'where it goes: a new file, or a folder, in which it is named by the time', '.')
    .option('-q, --quiet', 'say nothing where all is well')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
The platform encrypts it to backup.recipients of its configuration: whoever takes it need not be able to read it, and cannot.
TIERPHONE_TOKEN must be for backup.take. The file is there whole or not at all; tierphone restore --check tells what is in it.`,
    )
    .action(async ({ to, quiet, json, ...flags }: Flags, self: Command) => {
      const file = placeFor(to, new Date());
      if (existsSync(file)) throw new Error(`${file}: is there already: name another`);
      const bytes = await keep(file, await apiOf(flags, self).stream('/backup'));
      if (json) return printJson({ file, bytes });
      if (!quiet) print(`${file}: ${sizeText(bytes)}, which the key of its recipient opens`);
    })
    .addCommand(strict(keygenCommand()));
}

/** `to`, or in that folder a name that nothing before has. */
function placeFor(to: string, now: Date): string {
  if (!statSync(to, { throwIfNoEntry: false })?.isDirectory()) return to;
  return join(to, `tierphone-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.tar.age`);
}

/** Writes what comes beside its place, and puts it there when all of it is on the disk; how many bytes. */
async function keep(file: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${file}.${process.pid}.part`;
  const out = await open(draft, 'wx', 0o600);
  let bytes = 0;
  try {
    for await (const piece of pieces) {
      await writeAll(out, piece);
      bytes += piece.length;
    }
    await out.sync();
    await rename(draft, file);
    await syncFolder(dirname(file));
    return bytes;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await out.close();
  }
}

/** A size as people read it. */
export const sizeText = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
