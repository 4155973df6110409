import { mustHave } from './callers/voiceprints/judging.ts';
import type { PlatformConfig } from './config.ts';
import { openDatabase } from './database/open.ts';
import { type Importing, importSite } from './facilities/import.ts';
import type { Site } from './facilities/site.ts';
import { readKeys } from './keys.ts';

/** Who looks on while a file is brought in. */
interface Onlooker {
  readonly progress: NonNullable<Importing['progress']>;
  /** The database is not there: it is waited for, and what was cut short is done again. */
  readonly fault: (cause: Error) => void;
}

/**
 * Brings a site file into the database without a link or an API, whether a platform runs on it or not. Gives the rows written.
 * @throws FolderInUseError where the database is an embedded one and a platform runs on it; Error where keys or database cannot be had
 */
export async function importBeside(config: PlatformConfig, site: Site, { progress, fault }: Onlooker): Promise<number> {
  const { pepper, voiceprints } = await readKeys(config.keys);
  if (site.facility.voice) mustHave(voiceprints, site.facility.id);
  // One connection is what it needs: the others are the platform's.
  const access = config.database.kind === 'postgres' ? { ...config.database, pool: 1 } : config.database;
  const database = await openDatabase(access, { fault, died: fault });
  try {
    return await importSite(database.db, site, { pepper, now: Date.now() as Importing['now'], progress });
  } finally {
    await database.close();
  }
}
