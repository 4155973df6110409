import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Does work on one connection that holds `name` meanwhile, whichever process asks: what else wants the name is turned away. A process that is
 * killed gives it back with its connection.
 * @throws Error with `busy` where it is held
 */
export function inTurn<T>(
  db: Kysely<Schema>,
  name: string,
  busy: string,
  work: (own: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (own) => {
    const key = sql`hashtextextended(${name}, 0)`;
    const { rows } = await sql<{ held: boolean }>`select pg_try_advisory_lock(${key}) as held`.execute(own);
    if (!rows[0]?.held) throw new Error(busy);
    try {
      return await work(own);
    } finally {
      // A connection that is gone holds nothing.
      await sql`select pg_advisory_unlock(${key})`.execute(own).catch(() => undefined);
    }
  });
}
