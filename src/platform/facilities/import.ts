import type { Kysely } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import { importCallers } from '../callers/import.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { importAccounts, importRates } from '../money/import.ts';
import { importLists, importOwnLists } from '../numbers/import.ts';
import { forgetTerminals, importTerminals } from '../terminals/import.ts';
import type { Site } from './site.ts';

/**
 * Makes the database say what the site file says, all of it or nothing; doing it again changes nothing. Lists are
 * replaced; callers no longer named lose their PIN, accounts no longer named keep their money; blocks made by
 * called parties stay. Opening balances are paid in once.
 */
export async function importSite(db: Kysely<Schema>, site: Site, pepper: Buffer, now: Instant): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await importFacility(trx, site);
    await importTerminals(trx, site);
    await importCallers(trx, site, pepper);
    await importOwnLists(trx, site);
    await importLists(trx, site, now);
    await importRates(trx, site);
    await importAccounts(trx, site, now);
  });
}

async function importFacility(trx: Trx, { facility: f, units }: Site): Promise<void> {
  const row = {
    ...{ name: f.name, time_zone: f.timeZone, dialling: f.dialling, limit_ms: f.limit, recorded: f.recorded },
    ...{ pin_id_length: f.pinIdLength, hours: f.hours ? JSON.stringify(f.hours) : null },
  };
  await trx
    .insertInto('facilities')
    .values({ id: f.id, ...row })
    .onConflict((c) => c.column('id').doUpdateSet(row))
    .execute();
  await forgetTerminals(trx, f.id);
  await trx.deleteFrom('units').where('facility', '=', f.id).execute();
  await trx
    .insertInto('units')
    .values(
      units.map(({ id, limit, hours }) => ({
        ...{ facility: f.id, id, limit_ms: limit ?? null, hours: hours ? JSON.stringify(hours) : null },
      })),
    )
    .execute();
}
