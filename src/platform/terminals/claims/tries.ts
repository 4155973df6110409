import type { Kysely } from 'kysely';
import type { Instant } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';

/** Wrong codes in ten minutes, of one person and of all: with twenty boxes waiting a guess is right once in 50,000. */
const AT_MOST = { actor: 10, all: 100 };
const SPAN = 600_000;

/** @throws HttpError 429 where too many codes were typed that no box has */
export async function mayTry(db: Kysely<Schema>, actor: string, at: Instant): Promise<void> {
  const { own, all } = await db
    .selectFrom('claim_tries')
    .select(({ fn, eb }) => [
      fn.countAll<number>().as('all'),
      fn
        .countAll<number>()
        .filterWhere(eb('actor', '=', actor))
        .as('own'),
    ])
    .where('at', '>', (at - SPAN) as Instant)
    .executeTakeFirstOrThrow();
  if (Number(own) >= AT_MOST.actor || Number(all) >= AT_MOST.all)
    throw new HttpError(429, 'too many codes were typed that no phone has: wait ten minutes');
}

/** Counts a code that no box has. */
export async function countTry(db: Kysely<Schema>, actor: string, at: Instant): Promise<void> {
  await db
    .deleteFrom('claim_tries')
    .where('at', '<=', (at - SPAN) as Instant)
    .execute();
  await db.insertInto('claim_tries').values({ actor, at }).execute();
}
