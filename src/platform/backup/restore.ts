import type { Instant } from '../../protocol/units.ts';
import type { DatabaseConfig } from '../config.ts';
import { SCHEMAS } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';
import { type ChainFound, readChains } from '../people/chain.ts';
import { isEmbeddedThere, loadEmbedded } from './embedded-database.ts';
import { BackupFault } from './fault.ts';
import { holdingsOf } from './holdings.ts';
import type { Holdings, Manifest } from './manifest.ts';
import { mend } from './mend.ts';
import { type FileToPlace, type Places, place, placesOf } from './placing.ts';
import { loadServer, tablesAt } from './server-database.ts';
import { unpack } from './unpack.ts';

/** What an archive was found to have in it, read to its end. */
export interface Looked {
  readonly manifest: Manifest;
  /** By the setting that names each. */
  readonly files: ReadonlyMap<string, Buffer>;
}

type Open = () => Promise<AsyncIterable<Uint8Array>>;

/** Reads an archive to its end and writes nothing. @throws ArchiveError, BackupFault */
export async function look(open: Open): Promise<Looked> {
  const files = new Map<string, Buffer>();
  const manifest = await unpack(await open(), {
    file: (setting, bytes) => void files.set(setting, bytes),
    database: async (pieces) => {
      for await (const _ of pieces);
    },
  });
  if (!SCHEMAS.includes(manifest.schema))
    throw new BackupFault(
      `it is of tierphone ${manifest.program}, whose database this version does not know: restore it with that`,
    );
  return { manifest, files };
}

/** Where a backup goes. */
export interface Where {
  readonly database: DatabaseConfig;
  /** The files of the archive, each with its place here. */
  readonly files: readonly FileToPlace[];
}

/** What is in the restored database. */
export interface Restored {
  readonly holds: Holdings;
  readonly chains: readonly ChainFound[];
}

/** What stands where a backup is to go. @throws BackupFault naming what is in its way */
export async function roomFor({ database, files }: Where, { database: { kind } }: Manifest): Promise<Places> {
  if (database.kind !== kind)
    throw new BackupFault(
      `the backup is of a database of kind ${kind}, the configuration wants ${database.kind}: only the same can be filled from it`,
    );
  if (database.kind === 'postgres') {
    const tables = await tablesAt(database).catch((cause: Error) => {
      throw new BackupFault(cause.message, { cause });
    });
    if (tables > 0) throw new BackupFault(`${database.url}: ${tables} tables are there: an empty database is wanted`);
  } else if (await isEmbeddedThere(database.folder))
    throw new BackupFault(`${database.folder}: a database is there: move it away first`);
  return placesOf(files);
}

/**
 * Restores what was looked at and has room: files, then the database, which is filled whole or not at all. What would keep the restored
 * platform from being obeyed, or let in whom it should not, is mended.
 * @throws BackupFault, ArchiveError; no file is left then that was not there
 */
export async function restore(
  open: Open,
  { database }: Where,
  { missing }: Places,
  manifest: Manifest,
  now: Instant,
): Promise<Restored> {
  const undo = await place(missing);
  try {
    await unpack(await open(), {
      file: () => undefined,
      database: (pieces) =>
        database.kind === 'postgres' ? loadServer(database, pieces) : loadEmbedded(database.folder, pieces),
    });
  } catch (error) {
    await undo();
    throw error;
  }
  const fault = (cause: Error) => {
    throw cause;
  };
  const { db, close } = await openDatabase(database, { fault, died: fault });
  try {
    const chains = await readChains(db, []);
    await mend(db, manifest, now);
    return { holds: await holdingsOf(db), chains };
  } finally {
    await close();
  }
}
