import type { Kysely } from 'kysely';
import type { Instant } from '../../../protocol/units.ts';
import { batches } from '../../database/batches.ts';
import type { Schema } from '../../database/schema.ts';
import { SITE_FILE, type Site } from '../../facilities/site.ts';

/** Has those asked to enrol of whom the site file says so, unless they were asked before; a print that is there stays. Gives the rows written. */
export async function growInvitations(db: Kysely<Schema>, site: Site, at: Instant): Promise<number> {
  const { id: facility } = site.facility;
  const wanted = site.callers.flatMap(({ id: caller, voice }) =>
    voice === 'asked' ? [{ facility, caller, at, by: SITE_FILE, why: 'the site file says so' }] : [],
  );
  let written = 0;
  for (const some of batches(wanted)) {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('voice_anew')
      .values(some)
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    written += Number(numInsertedOrUpdatedRows);
  }
  return written;
}

/** Has those asked no more of whom the file says so no more. Gives the rows written. */
export async function shrinkInvitations(db: Kysely<Schema>, site: Site): Promise<number> {
  const wanted = site.callers.flatMap(({ id, voice }) => (voice === 'asked' ? [id] : []));
  const { numDeletedRows } = await db
    .deleteFrom('voice_anew')
    .where('facility', '=', site.facility.id)
    .where('by', '=', SITE_FILE)
    .$if(wanted.length > 0, (query) => query.where('caller', 'not in', wanted))
    .executeTakeFirst();
  return Number(numDeletedRows);
}
