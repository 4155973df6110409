import { type Kysely, sql } from 'kysely';

/** Who let a caller in: the site file forgets those alone whom it brought. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table callers add column admitted_by text not null default 'site file';
    alter table callers alter column admitted_by drop default`.execute(db);
}
