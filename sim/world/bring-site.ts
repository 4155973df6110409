import type { PlatformConfig } from '../../src/platform/config.ts';
import { openDatabase } from '../../src/platform/database/open.ts';
import { importSite } from '../../src/platform/facilities/import.ts';
import type { Site } from '../../src/platform/facilities/site.ts';
import { readKeys } from '../../src/platform/keys.ts';
import type { Instant } from '../../src/protocol/units.ts';

/** Has a facility known to a platform from its start: its database is made as the site file says before there is a platform on it. */
export async function bringSite(config: PlatformConfig, site: Site): Promise<void> {
  const { pepper } = await readKeys(config.keys);
  const fault = (cause: Error) => {
    throw cause;
  };
  const { db, close } = await openDatabase(config.database, { fault, died: fault });
  await importSite(db, site, { pepper, now: Date.now() as Instant }).finally(close);
}
