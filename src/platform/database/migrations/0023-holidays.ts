import { type Kysely, sql } from 'kysely';

/** Days on which a facility has other hours than its week says. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table facilities add column holidays jsonb`.execute(db);
}
