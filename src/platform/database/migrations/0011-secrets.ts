import { type Kysely, sql } from 'kysely';

/** What a phone and the platform alone know of a call, encrypted: empty of phones of before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table identified add column secret bytea`.execute(db);
}
