import type { Kysely } from 'kysely';
import type { WaiverReason } from '../../../protocol/api/voices.ts';
import type { CallerId, FacilityId, Instant } from '../../../protocol/units.ts';
import { batches } from '../../database/batches.ts';
import { difference } from '../../database/difference.ts';
import type { Schema } from '../../database/schema.ts';
import { SITE_FILE } from '../../facilities/site.ts';
import type { Bringing } from '../../facilities/site-file/bringing.ts';
import type { Owner } from './tables.ts';

/** Waivers as the site file has them; those that staff gave stay. */
export async function importWaivers({ trx, site, now: at, tally, dry }: Bringing): Promise<void> {
  const { id: facility } = site.facility;
  const there = await waiversOf(trx, facility);
  const standing = new Map(there.map((waiver) => [waiver.caller, waiver]));
  const wanted = site.callers.flatMap(({ id: caller, voice }) => {
    if (typeof voice !== 'object') return [];
    const stands = standing.get(caller);
    return [stands && stands.by !== SITE_FILE ? stands : { caller, reason: voice.waived, by: SITE_FILE }];
  });
  const { gone: others, ...rest } = difference(there, wanted, ({ caller }) => caller);
  const waivers = { ...rest, gone: others.filter(({ by }) => by === SITE_FILE) };
  tally.count('waiver', waivers, ({ caller }) => caller);
  if (dry) return;
  for (const some of batches(waivers.gone))
    await trx
      .updateTable('voice_waivers')
      .set({ lifted: at, lifted_by: SITE_FILE, lifted_why: 'not in the file any more' })
      .where('facility', '=', facility)
      .where('lifted', 'is', null)
      .where(
        'caller',
        'in',
        some.map(({ caller }) => caller),
      )
      .execute();
  for (const some of batches(waivers.write))
    await trx
      .insertInto('voice_waivers')
      .values(some.map((row) => ({ facility, ...row, at })))
      .onConflict((c) =>
        c
          .columns(['facility', 'caller'])
          .where('lifted', 'is', null)
          .doUpdateSet((eb) => ({ reason: eb.ref('excluded.reason'), at: eb.ref('excluded.at') })),
      )
      .execute();
}

/** Waivers in force. */
export const waiversOf = (
  db: Kysely<Schema>,
  facility: FacilityId,
): Promise<{ caller: CallerId; reason: WaiverReason; by: string }[]> =>
  db
    .selectFrom('voice_waivers')
    .select(['caller', 'reason', 'by'])
    .where('facility', '=', facility)
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
