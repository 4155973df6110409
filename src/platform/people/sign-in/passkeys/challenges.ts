import type { Kysely } from 'kysely';
import { after, type Instant, millis } from '../../../../protocol/units.ts';
import type { Trx } from '../../../context.ts';
import type { Schema } from '../../../database/schema.ts';
import { digest } from '../mint.ts';

/** How long somebody may look for his passkey. */
export const CHALLENGE_LIFE = millis(5 * 60_000);

/** Keeps a challenge (32 random bytes), to be signed once by who holds the session of this cookie; null: by whoever signs in by a passkey alone. */
export async function keepChallenge(
  db: Kysely<Schema>,
  challenge: string,
  session: string | null,
  now: Instant,
): Promise<void> {
  await db
    .insertInto('passkey_challenges')
    .values({ challenge, session: hashOf(session), ends: after(now, CHALLENGE_LIFE) })
    .execute();
}

/** Uses a challenge up; whether it was there, for this session. */
export async function takeChallenge(
  trx: Trx,
  challenge: string,
  session: string | null,
  now: Instant,
): Promise<boolean> {
  const taken = await trx
    .deleteFrom('passkey_challenges')
    .where('challenge', '=', challenge)
    .where('session', 'is not distinct from', hashOf(session))
    .where('ends', '>', now)
    .returning('challenge')
    .executeTakeFirst();
  return taken !== undefined;
}

const hashOf = (session: string | null): Buffer | null => (session === null ? null : digest(session));
