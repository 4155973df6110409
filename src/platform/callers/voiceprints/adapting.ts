import { type Kysely, sql } from 'kysely';
import type { Logger } from 'pino';
import type { FacilityId, Instant } from '../../../protocol/units.ts';
import type { Control } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { voiceRulesOf } from '../../facilities/voice.ts';
import { repeat } from '../../repeat.ts';
import type { Judging } from './judging.ts';
import { templatesOf } from './prints.ts';
import { fitted } from './strangers.ts';
import type { Deed } from './waivers.ts';

const HOUR = 3_600_000;
/** A fit is made anew so often. */
const EVERY = 7 * 24 * HOUR;
/** Callers who are compared with each other. */
const CALLERS = 200;

const JOB = 'adaptation';

/**
 * Fits the rate of each facility that wants it to its own handsets, once a week; of one whose last fit was undone nothing, until staff have
 * it made again. Gives the number made.
 */
export async function adaptDue({ db, now, judging }: Pick<Control, 'db' | 'now' | 'judging'>): Promise<number> {
  if (!judging) return 0;
  const { rows } = await sql<{ id: FacilityId }>`
    select f.id from facilities f
      left join lateral (select at, undone from voice_adaptations a where a.facility = f.id order by a.id desc limit 1) last on true
      where f.voice -> 'adapts' = 'true'::jsonb and last.undone is null and coalesce(last.at, 0) < ${now() - EVERY}::bigint`.execute(
    db,
  );
  let made = 0;
  for (const { id } of rows) if (await adapt(db, judging, id, JOB, now())) made++;
  return made;
}

/** Fits a facility's rate now. False where its callers are too few to tell, or it asks for no voices. */
async function adapt(
  db: Kysely<Schema>,
  judging: Judging,
  facility: FacilityId,
  by: string,
  at: Instant,
): Promise<boolean> {
  const rules = await voiceRulesOf(db, facility);
  const fit =
    rules && (await fitted(judging.judge, await templatesOf(db, judging, facility, CALLERS), rules.falseAccepts));
  if (!fit) return false;
  await db
    .insertInto('voice_adaptations')
    .values({
      facility,
      at,
      by,
      set_rate: rules.falseAccepts,
      seen_rate: fit.seen,
      used_rate: fit.used,
      pairs: fit.pairs,
    })
    .execute();
  return true;
}

/** Takes the latest fit back: the one before it is in force. False where there is none. */
export async function undoAdaptation(
  db: Kysely<Schema>,
  facility: FacilityId,
  { by, why, at }: Deed,
): Promise<boolean> {
  const { rows } = await sql`
    update voice_adaptations set undone = ${at}, undone_by = ${by}, undone_why = ${why}
      where id = (select max(id) from voice_adaptations where facility = ${facility} and undone is null)
      returning id`.execute(db);
  return rows.length === 1;
}

/** All fits of a facility, the latest first. */
export const adaptationsOf = (db: Kysely<Schema>, facility: FacilityId) =>
  db
    .selectFrom('voice_adaptations')
    .select(['id', 'at', 'by', 'set_rate', 'seen_rate', 'used_rate', 'pairs', 'undone', 'undone_by', 'undone_why'])
    .where('facility', '=', facility)
    .orderBy('id', 'desc')
    .limit(50)
    .execute();

/** Fits what is due, each hour. Gives what stops it, once that under way is over. */
export function startAdapting(control: Control, log: Logger): () => Promise<void> {
  const once = async () => {
    try {
      const made = await adaptDue(control);
      if (made > 0) log.info({ made }, 'rates of false accepts were fitted to the handsets of their facilities');
    } catch (err) {
      log.error({ err }, 'rates of false accepts could not be fitted: it is tried again');
    }
  };
  return repeat(once, { first: HOUR / 30, every: HOUR });
}
