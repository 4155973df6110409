import type { Instant } from '../../protocol/units.ts';
import { forgetTries } from '../callers/lockout.ts';
import { forgetChecks } from '../callers/voiceprints/checks.ts';
import type { Control } from '../context.ts';
import { closeSession } from './close.ts';

const DAY = 86_400_000;

/**
 * Closes sessions not heard of for twice their validity (RFC 8506, Tcc): settled at the talk last reported, hold
 * released; a record that comes later corrects that. Forgets what is kept for a day only. Gives the number closed.
 */
export async function sweep(control: Control): Promise<number> {
  const { db, credit } = control;
  const now = control.now();
  const silence = (now - 2 * credit.validity) as Instant;
  const silent = await db
    .selectFrom('sessions')
    .select(['facility', 'terminal', 'call'])
    .where('settled_by', 'is', null)
    .where('heard', '<', silence)
    .orderBy('heard')
    .limit(500)
    .execute();
  let closed = 0;
  for (const key of silent) if (await closeSession(control, key, 'sweep', silence)) closed++;
  const yesterday = (now - DAY) as Instant;
  await db.deleteFrom('answers').where('at', '<', yesterday).execute();
  await db.deleteFrom('identified').where('at', '<', yesterday).execute();
  await forgetTries(control, yesterday);
  await forgetChecks(db, (now - credit.identified) as Instant, yesterday);
  return closed;
}
