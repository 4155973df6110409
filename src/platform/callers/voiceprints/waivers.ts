import type { Kysely } from 'kysely';
import type { Instant } from '../../../protocol/units.ts';
import { batches } from '../../database/batches.ts';
import { difference } from '../../database/difference.ts';
import type { Schema } from '../../database/schema.ts';
import { SITE_FILE, type Site } from '../../facilities/site.ts';
import type { Owner } from './prints.ts';
import type { WaiverReason } from './rules.ts';

/** A caller of whose voice nothing is asked. */
interface Waiver extends Owner {
  readonly reason: WaiverReason;
}

/** Waivers that the site file has and that are missing or otherwise; those that staff gave stay. Gives the rows written. */
export async function growWaivers(db: Kysely<Schema>, site: Site, at: Instant): Promise<number> {
  const { write } = await waiversOf(db, site);
  for (const some of batches(write))
    await db
      .insertInto('voice_waivers')
      .values(some.map((waiver) => ({ ...waiver, at, by: SITE_FILE, why: null })))
      .onConflict((c) =>
        c.columns(['facility', 'caller']).doUpdateSet((eb) => ({
          ...{ reason: eb.ref('excluded.reason'), at: eb.ref('excluded.at') },
          ...{ by: eb.ref('excluded.by'), why: eb.ref('excluded.why') },
        })),
      )
      .execute();
  return write.length;
}

/** Takes away those of the site file that it does not have any more. Gives the rows written. */
export async function shrinkWaivers(db: Kysely<Schema>, site: Site): Promise<number> {
  const { gone } = await waiversOf(db, site);
  for (const some of batches(gone))
    await db
      .deleteFrom('voice_waivers')
      .where('facility', '=', site.facility.id)
      .where('by', '=', SITE_FILE)
      .where(
        'caller',
        'in',
        some.map(({ caller }) => caller),
      )
      .execute();
  return gone.length;
}

async function waiversOf(db: Kysely<Schema>, { facility: { id: facility }, callers }: Site) {
  const there: Waiver[] = await db
    .selectFrom('voice_waivers')
    .select(['facility', 'caller', 'reason'])
    .where('facility', '=', facility)
    .where('by', '=', SITE_FILE)
    .execute();
  const wanted = callers.flatMap(({ id, voice }): Waiver[] =>
    voice ? [{ facility, caller: id, reason: voice.waived }] : [],
  );
  return difference(there, wanted, ({ caller }) => caller);
}
