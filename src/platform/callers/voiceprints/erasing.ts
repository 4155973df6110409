import { sql } from 'kysely';
import type { Logger } from 'pino';
import type { Instant } from '../../../protocol/units.ts';
import type { Control } from '../../context.ts';
import { repeat } from '../../repeat.ts';
import { namesGone } from './names.ts';

const DAY = 86_400_000;
/** So long after its last use a print is destroyed (740 ILCS 14/15 a): three years at most, leap days or not. */
const UNUSED = 3 * 365 * DAY;
/** So long figures of checks are kept. */
const FIGURES = 365 * DAY;
/** Prints a statement. */
const BATCH = 100;

const JOB = 'retention';

/**
 * Destroys the prints of callers whom the site file does not name any more, and of those who were not accepted by theirs for three years,
 * and leaves word of each; figures of checks go after a year. Several platforms may do it at once. Gives the number of prints.
 */
export async function eraseDue({ db, now }: Pick<Control, 'db' | 'now'>): Promise<number> {
  const at = now();
  let erased = 0;
  for (let batch = BATCH; batch === BATCH; erased += batch) {
    const { rows } = await sql`
      with due as (
          select p.facility, p.caller, case when c.pin_id_hash is null then 'released' else 'unused' end as why
            from voiceprints p join callers c on c.facility = p.facility and c.id = p.caller
            where c.pin_id_hash is null or p.used < ${at - UNUSED}::bigint
            order by p.facility, p.caller limit ${BATCH} for update of p skip locked),
        gone as (delete from voiceprints p using due where p.facility = due.facility and p.caller = due.caller
          returning p.facility, p.caller, p.made, p.used, due.why),
        ${namesGone()},
        forgotten as (update voice_checks c set under_way = null from due
          where c.facility = due.facility and c.caller = due.caller and c.under_way is not null)
      insert into voice_erasures (facility, caller, why, at, by, made, used)
        select facility, caller, why, ${at}::bigint, ${JOB}::text, made, used from gone returning id`.execute(db);
    batch = rows.length;
  }
  await db
    .deleteFrom('voice_tries')
    .where('at', '<', (at - FIGURES) as Instant)
    .execute();
  return erased;
}

const MINUTE = 60_000;

/** Destroys what is due, each hour. Gives what stops it, once that under way is over. */
export function startErasing(control: Control, log: Logger): () => Promise<void> {
  const once = async () => {
    try {
      const erased = await eraseDue(control);
      if (erased > 0) log.info({ erased }, 'voiceprints were destroyed: their callers are gone, or did not use them');
    } catch (err) {
      log.error({ err }, 'voiceprints that are due could not be destroyed: it is tried again');
    }
  };
  return repeat(once, { first: MINUTE, every: 60 * MINUTE });
}
