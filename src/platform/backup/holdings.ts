import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.ts';
import type { Holdings } from './manifest.ts';

/** What a database holds, in figures by which people know it again. */
export async function holdingsOf(db: Kysely<Schema>): Promise<Holdings> {
  const { rows } = await sql<Holdings>`
    select (select count(*) from facilities) as facilities, (select count(*) from callers) as callers,
      (select count(*) from terminals) as phones, (select count(*) from records) as records,
      (select coalesce(sum(balance), 0)::bigint from accounts where kind in ('prepaid', 'debit')) as balances,
      (select max(stored) from records) as last`.execute(db);
  const [holds] = rows;
  if (!holds) throw new Error('the database tells nothing of itself');
  return holds;
}
