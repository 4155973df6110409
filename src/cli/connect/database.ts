import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import type { PlatformConfig } from '../../platform/config.ts';
import { changesOf } from '../../platform/database/migrate.ts';
import { openBeside } from '../../platform/database/open.ts';
import { withPassword } from '../../platform/database/url.ts';
import { isAlive } from '../../platform/leases/statements.ts';
import { FolderInUseError, lockFolder } from '../../protocol/folder-lock.ts';
import { type Reached, there, wrong } from './reached.ts';

const REMEDY = 'check database: in the configuration, and whether the server runs';

/** Whether the database is to be had, and whether a platform of this name lives on it. Nothing in it is changed. */
export async function reachDatabase(
  database: PlatformConfig['database'],
  name: string,
): Promise<{ readonly reached: Reached; readonly alive: boolean }> {
  if (database.kind === 'embedded') return lookAtFolder(database.folder);
  const { db, close } = openBeside(
    { connectionString: withPassword(database.url, database.password) },
    'tierphone-check',
  );
  const host = new URL(database.url).host || 'this machine';
  try {
    const { rows } = await sql<{ server_version: string }>`show server_version`.execute(db);
    const changes = await changesOf(db);
    const alive = changes.made > 0 && (await isAlive(db, name));
    const tables =
      changes.made === 0
        ? 'no tables yet: they are made at the first start'
        : changes.due === 0
          ? 'its tables are as they should be'
          : `${changes.due} changes of its tables are made at the next start`;
    return { reached: there(`database: PostgreSQL ${rows[0]?.server_version} at ${host}; ${tables}`), alive };
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error);
    return { reached: wrong(`database at ${host}: ${why}`, 'a platform waits for it, or ends', REMEDY), alive: false };
  } finally {
    await close();
  }
}

function lookAtFolder(folder: string): { readonly reached: Reached; readonly alive: boolean } {
  // Made by whom it is for, at the first start.
  if (!existsSync(folder))
    return { reached: there(`database: embedded, in ${folder}: made at the first start`), alive: false };
  try {
    lockFolder(folder)();
    return { reached: there(`database: embedded, in ${folder}`), alive: false };
  } catch (error) {
    if (error instanceof FolderInUseError)
      return { reached: there(`database: embedded, in ${folder}, which the platform that runs has`), alive: true };
    const why = error instanceof Error ? error.message : String(error);
    return { reached: wrong(`database in ${folder}: ${why}`, 'a platform does not start', REMEDY), alive: false };
  }
}
