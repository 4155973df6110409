import type { Kysely } from 'kysely';
import type { PlatformReply } from '../../protocol/messages.ts';
import type { Instant } from '../../protocol/units.ts';
import type { CallKey } from '../context.ts';
import type { Schema } from '../database/schema.ts';

/** The JSON text of a reply's body. Stored as it was sent, so that a repeated request gets the same, byte for byte. */
export type Answer = string & { readonly __brand: 'Answer' };

export const answer = (reply: PlatformReply): Answer => JSON.stringify(reply) as Answer;

/** What was answered to this request of this call before, if it was. */
export async function answered(db: Kysely<Schema>, key: CallKey, request: string): Promise<Answer | null> {
  const row = await db
    .selectFrom('answers')
    .select('body')
    .where((eb) => eb.and(key))
    .where('request', '=', request)
    .executeTakeFirst();
  return row ? (row.body as Answer) : null;
}

/** Keeps an answer; gives the one that was there first where there is one. */
export async function keepAnswer(
  db: Kysely<Schema>,
  key: CallKey,
  request: string,
  at: Instant,
  body: Answer,
): Promise<Answer> {
  const kept = await db
    .insertInto('answers')
    .values({ ...key, request, at, body })
    .onConflict((c) => c.columns(['facility', 'terminal', 'call', 'request']).doNothing())
    .returning('call')
    .executeTakeFirst();
  return kept ? body : ((await answered(db, key, request)) ?? body);
}
