import { type Kysely, sql } from 'kysely';

/** Hours of one phone, within those of its unit and facility. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table terminals add column hours jsonb`.execute(db);
}
