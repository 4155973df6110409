import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Instant } from '../../../protocol/units.ts';
import type { Control } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { repeat } from '../../repeat.ts';
import { forgetTries } from './tries.ts';

const EVERY = 10 * 60_000;

/** Takes away again and again what opens nothing any more. Gives what stops it, once the sweep under way is over. */
export function startForgetting({ db, now }: Pick<Control, 'db' | 'now'>, log: Logger): () => Promise<void> {
  const once = () =>
    forgetOver(db, now()).catch((err: unknown) =>
      log.error({ err }, 'sessions that are over could not be taken away: it is tried again'),
    );
  return repeat(once, { first: EVERY, every: EVERY });
}

/** Takes away sessions, links and challenges that are over, and tries that lock nobody. */
export async function forgetOver(db: Kysely<Schema>, now: Instant): Promise<void> {
  await db.deleteFrom('staff_sessions').where('ends', '<', now).execute();
  await db.deleteFrom('staff_links').where('ends', '<', now).execute();
  await db.deleteFrom('passkey_challenges').where('ends', '<', now).execute();
  await db.transaction().execute((trx) => forgetTries(trx, now));
}
