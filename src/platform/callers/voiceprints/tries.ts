import { sql } from 'kysely';
import type { VoiceOutcome } from '../../../protocol/call.ts';
import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Asked, Check } from './checks.ts';
import type { EnrolmentOver } from './enrol.ts';
import type { TryResult } from './tables.ts';
import type { Verified } from './verify.ts';

const HOUR = 3_600_000;

/** How often in a row a caller was refused within an hour, the last of them included. */
export async function refusedInARow(trx: Trx, { key: { facility }, caller }: Check, at: Instant): Promise<number> {
  const { rows } = await sql<{ times: number }>`
    select count(*)::int as times from voice_tries
      where facility = ${facility} and caller = ${caller} and result = 'refused' and at > ${at - HOUR}::bigint
        and id > coalesce((select max(id) from voice_tries
          where facility = ${facility} and caller = ${caller} and result = 'accepted'), 0)`.execute(trx);
  return rows[0]?.times ?? 0;
}

/** A check that is over. */
interface Over {
  readonly result: TryResult;
  readonly why: string | null;
  readonly outcome: VoiceOutcome;
  readonly at: Instant;
  readonly came: Verified | EnrolmentOver;
}

/** Counts a check: how it was judged and what of, in figures. */
export async function countTry(trx: Trx, { key, caller, state }: Check<Asked>, over: Over): Promise<void> {
  const { result, why, outcome, at, came } = over;
  const answers = 'answers' in came ? came.answers : 'template' in came ? came.template.answers : [];
  const { ratio = null, threshold = null } = 'verdict' in came ? (came.verdict ?? {}) : {};
  await trx
    .insertInto('voice_tries')
    .values({
      ...{ ...key, caller, at, task: state.task, result, outcome, ratio, threshold, why },
      answers: answers.length,
      seconds: answers.length > 0 ? answers.reduce((sum, { netSeconds }) => sum + netSeconds, 0) : null,
      snr: answers.length > 0 ? Math.min(...answers.map(({ snr }) => snr)) : null,
    })
    .execute();
}
