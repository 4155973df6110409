import { createHmac, hkdfSync } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { type Instant, millis } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { digest } from '../people/sign-in/mint.ts';
import { type SealKey, sealed, unsealed } from '../people/sign-in/sealed.ts';

const KEPT = millis(24 * 3_600_000);

/** A change that is asked with a key (draft-ietf-httpapi-idempotency-key-header). */
export interface Keyed {
  /** Who asks: a key is his alone. */
  readonly actor: string;
  readonly key: string;
  /** Method, path and body. */
  readonly asked: string;
}

/** It is being done at this moment; something else was asked with the key. */
type Hindered = 'busy' | 'other';

/** Answers that are kept for a day, so that who lost one asks again and nothing is done twice. */
export interface Answered {
  /** What was answered to this before; null: it is new, and is this transaction's alone. */
  before(trx: Trx, keyed: Keyed, now: Instant): Promise<{ readonly answer: unknown } | Hindered | null>;
  /** Keeps what is answered, in the transaction in which it is done. */
  keep(trx: Trx, keyed: Keyed, answer: unknown, now: Instant): Promise<void>;
}

const Kept = z.object({ answer: z.string() });

/**
 * PINs, links and tokens are among the answers: each is encrypted under the pepper and the key that it was asked with, of which the database
 * has the hash alone. So neither the database nor it and the pepper open one.
 */
export function openAnswered(pepper: Uint8Array): Answered {
  const secretOf = ({ actor, key }: Keyed) =>
    new Uint8Array(hkdfSync('sha256', pepper, key, `tierphone answered ${actor}`, 32)) as SealKey;
  const nameOf = ({ actor, key }: Keyed) => digest(`${actor} ${key}`);
  const sealingOf = (keyed: Keyed) => ({ key: secretOf(keyed), use: 'answer', of: keyed.actor });
  const markOf = (keyed: Keyed) => createHmac('sha256', secretOf(keyed)).update(keyed.asked).digest();
  return {
    async before(trx, keyed, now) {
      const name = nameOf(keyed);
      const { rows } = await sql<{ free: boolean }>`
        select pg_try_advisory_xact_lock(hashtextextended(${`tierphone answered ${name.toString('hex')}`}, 0)) as free`.execute(
        trx,
      );
      if (!rows[0]?.free) return 'busy';
      const row = await trx
        .selectFrom('answered')
        .select(['asked', 'answer'])
        .where('key', '=', name)
        .where('made', '>', (now - KEPT) as Instant)
        .executeTakeFirst();
      if (!row) return null;
      if (!markOf(keyed).equals(row.asked)) return 'other';
      const kept = await unsealed(sealingOf(keyed), row.answer, Kept, now);
      if (!kept) throw new Error('an answer that was kept cannot be opened: is keys.pepper another?');
      return { answer: JSON.parse(kept.answer) };
    },
    async keep(trx, keyed, answer, now) {
      const text = await sealed(sealingOf(keyed), { answer: JSON.stringify(answer) }, null);
      const row = { asked: markOf(keyed), answer: text, made: now };
      await trx
        .insertInto('answered')
        .values({ key: nameOf(keyed), ...row })
        .onConflict((on) => on.column('key').doUpdateSet(row))
        .execute();
    },
  };
}

/** Takes away answers that are kept no longer. */
export async function forgetAnswered(db: Kysely<Schema>, now: Instant): Promise<void> {
  await db
    .deleteFrom('answered')
    .where('made', '<=', (now - KEPT) as Instant)
    .execute();
}
