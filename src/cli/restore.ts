import { createReadStream, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CONFIGURATION } from '../platform/backup/manifest.ts';
import type { FileToPlace } from '../platform/backup/placing.ts';
import type { Looked, Where } from '../platform/backup/restore.ts';
import { filesOf } from '../platform/files.ts';
import type { Instant } from '../protocol/units.ts';
import { FileError, fileFault, readWhole } from './file.ts';
import { readConfigAlone } from './platform.ts';
import { print, printJson } from './print.ts';
import { tellOf, tellRestored } from './restored.ts';
import { USAGE } from './usage.ts';

interface Flags {
  readonly identity: string;
  readonly config?: string;
  readonly check?: true;
  readonly configOnly?: true;
  readonly json?: true;
}

/** `tierphone restore`: makes a platform of a backup, where there is none. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('Make a platform of a backup: into an empty database, its keys where the configuration names them.')
    .argument('<file>', 'the backup')
    .requiredOption('-i, --identity <file>', 'the key that opens it, as tierphone backup keygen made it')
    .option('-c, --config <file>', "the new platform's configuration; where none is there it is that of the backup")
    .option('--check', 'read it to its end, tell what is in it and whether there is room for it; write nothing')
    .option('--config-only', 'write the configuration of the backup, to be looked at before the rest')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Works where the platform is to run, which must not be running. What is in its way is named, and nothing is written over. A database of
PostgreSQL is restored to PostgreSQL alone (pg_restore must be there), an embedded one to an embedded one. Ends with 1 where the trail is
not whole. Who made a backup is not proven: restore what you took yourself.`,
    )
    .action(restoreFrom);
}

async function restoreFrom(file: string, flags: Flags, self: Command): Promise<void> {
  const { config, check, configOnly, json } = flags;
  if (config === undefined && !check) self.error('error: --config is wanted, or --check', { exitCode: USAGE });
  const { open, named } = await backupIn(file, flags.identity);
  const { look, restore, roomFor } = await import('../platform/backup/restore.ts');
  const looked = await look(open).catch(named);
  const { manifest } = looked;
  if (!json) tellOf(file, manifest);
  const tellChecked = (line: string | null) => {
    if (json) printJson(manifest);
    else if (line !== null) print(line);
  };
  if (config === undefined || (check && !existsSync(config))) return tellChecked(null);
  const undo = existsSync(config) ? null : await writeConfiguration(config, looked);
  if (configOnly)
    return tellChecked(undo ? `${config}: look at it, then restore the rest` : `${config}: is there, and stays`);
  try {
    const where = placed(config, looked);
    const places = await roomFor(where, manifest);
    if (check) return tellChecked('there is room for it here');
    const restored = await restore(open, where, places, manifest, Date.now() as Instant).catch(named);
    if (json) printJson({ manifest, ...restored });
    else tellRestored(manifest, restored, places);
    process.exitCode = restored.chains.every(({ wrong }) => wrong === null) ? 0 : 1;
  } catch (error) {
    await undo?.();
    throw error;
  }
}

/** A backup that is opened by a key, again and again; `named` tells what is wrong with it by its name. */
async function backupIn(file: string, identity: string) {
  const { ArchiveError, opened } = await import('../platform/backup/seal.ts');
  const { identitiesIn } = await import('../platform/backup/identity.ts');
  const key = readWhole(identity);
  try {
    identitiesIn(key);
  } catch (cause) {
    throw new FileError(`${identity}: ${(cause as Error).message}`, { cause });
  }
  const named = (cause: Error): never => {
    throw cause instanceof ArchiveError ? new Error(`${file}: ${cause.message}`, { cause }) : cause;
  };
  return { open: () => opened(piecesOf(file), key), named };
}

async function* piecesOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw fileFault(file, cause);
  }
}

/** Writes the configuration that is in the backup; gives what takes it away again. @throws Error where it has none */
async function writeConfiguration(path: string, looked: Looked): Promise<() => Promise<void>> {
  const [own] = archivedAt(looked, new Map([[CONFIGURATION, resolve(path)]]));
  if (!own) throw new Error(`${path}: is not there, and the backup has none`);
  const { place } = await import('../platform/backup/placing.ts');
  return place([own]);
}

/** Where what is in a backup goes by a configuration. @throws FileError */
function placed(config: string, looked: Looked): Where {
  const read = readConfigAlone(config);
  const places = new Map(filesOf(read).map(({ setting, path }) => [setting, path]));
  return { database: read.database, files: archivedAt(looked, places) };
}

/** The files of a backup for which there is a place. */
const archivedAt = ({ manifest, files }: Looked, places: ReadonlyMap<string, string>): FileToPlace[] =>
  manifest.files.flatMap((file) => {
    const [path, content] = [places.get(file.setting), files.get(file.setting)];
    return path === undefined || content === undefined ? [] : [{ ...file, path, content }];
  });
