import { type Kysely, sql } from 'kysely';
import type { CallerId, FacilityId, Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import { batches } from '../../database/batches.ts';
import type { Schema } from '../../database/schema.ts';
import { AtRestError, decrypted, encrypted } from './at-rest.ts';
import type { Enrolled } from './judge.ts';
import type { Judging } from './judging.ts';
import { namesGone } from './names.ts';
import type { ErasureReason, Owner } from './tables.ts';
import { Template, voicesAlone } from './template.ts';

const about = ({ facility, caller }: Owner) => ['print', facility, caller] as const;
const named = ({ facility, caller }: Owner) => ({ facility, caller });

/**
 * A caller's print, ready to be compared with, by voice alone where no words were asked for; null where he has none, `unreadable` where the key
 * is another.
 */
export async function printOf(
  db: Kysely<Schema>,
  { key, judge }: Judging,
  owner: Owner,
  by: 'voice' | 'voice-and-words',
): Promise<Enrolled | null | 'unreadable'> {
  const row = await db
    .selectFrom('voiceprints')
    .select('template')
    .where((eb) => eb.and(named(owner)))
    .executeTakeFirst();
  if (!row) return null;
  try {
    const template = Template.parse(decrypted(key, about(owner), row.template));
    return judge.enrolled(by === 'voice' ? voicesAlone(template) : template);
  } catch (error) {
    if (error instanceof AtRestError) return 'unreadable';
    throw error;
  }
}

/** Prints of some callers of a facility, drawn by chance, to be compared with each other; what this key does not open is left out. */
export async function templatesOf(
  db: Kysely<Schema>,
  { key }: Judging,
  facility: FacilityId,
  most: number,
): Promise<Template[]> {
  const rows = await db
    .selectFrom('voiceprints')
    .select(['facility', 'caller', 'template'])
    .where('facility', '=', facility)
    .orderBy(sql`random()`)
    .limit(most)
    .execute();
  return rows.flatMap((row) => {
    try {
      return [Template.parse(decrypted(key, about(row), row.template))];
    } catch (error) {
      if (error instanceof AtRestError) return [];
      throw error;
    }
  });
}

/** When the print was made with which he may be compared; null where there is none, or he has a waiver. */
export async function watchablePrint(db: Kysely<Schema>, owner: Owner): Promise<Instant | null> {
  const row = await db
    .selectFrom('voiceprints as p')
    .leftJoin('voice_waivers as w', (join) =>
      join.onRef('w.facility', '=', 'p.facility').onRef('w.caller', '=', 'p.caller').on('w.lifted', 'is', null),
    )
    .select('p.made')
    .where('p.facility', '=', owner.facility)
    .where('p.caller', '=', owner.caller)
    .where('w.caller', 'is', null)
    .executeTakeFirst();
  return row?.made ?? null;
}

/** Which of some callers of a facility have a print. */
export async function whoHasPrint(
  db: Kysely<Schema>,
  facility: FacilityId,
  callers: readonly CallerId[],
): Promise<Set<CallerId>> {
  const found = new Set<CallerId>();
  for (const some of batches(callers)) {
    const rows = await db
      .selectFrom('voiceprints')
      .select('caller')
      .where('facility', '=', facility)
      .where('caller', 'in', some)
      .execute();
    for (const { caller } of rows) found.add(caller);
  }
  return found;
}

/** Keeps a print. False where he has one already: what stands is never replaced by what is heard under his PIN. */
export async function storePrint(
  trx: Trx,
  { key }: Judging,
  owner: Owner,
  template: Template,
  at: Instant,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('voiceprints')
    .values({ ...named(owner), template: encrypted(key, about(owner), template), made: at, used: at })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows) === 1;
}

/** Somebody was accepted by it: from then on it is kept for three years. */
export async function usePrint(trx: Trx, owner: Owner, at: Instant): Promise<void> {
  await trx
    .updateTable('voiceprints')
    .set({ used: at })
    .where((eb) => eb.and(named(owner)))
    .execute();
}

/** Destroys a caller's print and what is being heard of him, and leaves word of it. False where he has none. */
export async function erasePrint(
  trx: Trx,
  { facility, caller }: Owner,
  { why, by, note, at }: { why: ErasureReason; by: string; note: string; at: Instant },
): Promise<boolean> {
  await trx
    .updateTable('voice_checks')
    .set({ under_way: null })
    .where((eb) => eb.and({ facility, caller }))
    .where('under_way', 'is not', null)
    .execute();
  const { rows } = await sql`
    with gone as (delete from voiceprints where facility = ${facility} and caller = ${caller} returning *),
      ${namesGone()}
    insert into voice_erasures (facility, caller, why, at, by, note, made, used)
      select facility, caller, ${why}::text, ${at}::bigint, ${by}::text, ${note}::text, made, used from gone returning id`.execute(
    trx,
  );
  return rows.length === 1;
}
