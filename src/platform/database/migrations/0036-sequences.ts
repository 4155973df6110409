import { type Kysely, sql } from 'kysely';

/** Sequences are times in seconds at least: those of greetings must outlast 2038. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table greetings alter column sequence type bigint`.execute(db);
}
