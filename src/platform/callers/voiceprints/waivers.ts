import type { Kysely } from 'kysely';
import type { WaiverReason } from '../../../protocol/api/voices.ts';
import type { Instant } from '../../../protocol/units.ts';
import { batches } from '../../database/batches.ts';
import type { Schema } from '../../database/schema.ts';
import { SITE_FILE, type Site } from '../../facilities/site.ts';
import type { Owner } from './tables.ts';

/** Waivers that the site file has and that are missing or otherwise; those that staff gave stay. Gives the rows written. */
export async function growWaivers(db: Kysely<Schema>, site: Site, at: Instant): Promise<number> {
  const { id: facility } = site.facility;
  const there = new Map((await inForce(db, site)).map((waiver) => [waiver.caller, waiver]));
  const missing = site.callers.flatMap(({ id: caller, voice }) => {
    const stands = there.get(caller);
    if (typeof voice !== 'object') return [];
    const asWanted = stands && (stands.by !== SITE_FILE || stands.reason === voice.waived);
    return asWanted ? [] : [{ facility, caller, reason: voice.waived, at, by: SITE_FILE }];
  });
  for (const some of batches(missing))
    await db
      .insertInto('voice_waivers')
      .values(some)
      .onConflict((c) =>
        c
          .columns(['facility', 'caller'])
          .where('lifted', 'is', null)
          .doUpdateSet((eb) => ({ reason: eb.ref('excluded.reason'), at: eb.ref('excluded.at') })),
      )
      .execute();
  return missing.length;
}

/** Lifts those of the site file that it does not have any more. Gives the rows written. */
export async function shrinkWaivers(db: Kysely<Schema>, site: Site, at: Instant): Promise<number> {
  const wanted = new Set(site.callers.flatMap(({ id, voice }) => (typeof voice === 'object' ? [id] : [])));
  const gone = (await inForce(db, site)).filter(({ caller, by }) => by === SITE_FILE && !wanted.has(caller));
  for (const some of batches(gone))
    await db
      .updateTable('voice_waivers')
      .set({ lifted: at, lifted_by: SITE_FILE, lifted_why: 'not in the file any more' })
      .where('facility', '=', site.facility.id)
      .where('lifted', 'is', null)
      .where(
        'caller',
        'in',
        some.map(({ caller }) => caller),
      )
      .execute();
  return gone.length;
}

const inForce = (db: Kysely<Schema>, { facility }: Pick<Site, 'facility'>) =>
  db
    .selectFrom('voice_waivers')
    .select(['caller', 'reason', 'by'])
    .where('facility', '=', facility.id)
    .where('lifted', 'is', null)
    .execute();

/** Who does it, why, and when. */
export interface Deed {
  readonly by: string;
  readonly why: string;
  readonly at: Instant;
}

/** Nothing is asked of his voice from his next call on. False where it is so already. */
export async function waive(db: Kysely<Schema>, owner: Owner, reason: WaiverReason, deed: Deed): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('voice_waivers')
    .values({ ...owner, reason, ...deed })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
}

/** He is asked again. False where he has no waiver. */
export async function unwaive(
  db: Kysely<Schema>,
  { facility, caller }: Owner,
  { by, why, at }: Deed,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('voice_waivers')
    .set({ lifted: at, lifted_by: by, lifted_why: why })
    .where((eb) => eb.and({ facility, caller }))
    .where('lifted', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows) === 1;
}
