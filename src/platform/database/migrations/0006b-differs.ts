import { type Kysely, sql } from 'kysely';

/** What a record says otherwise than the platform itself knows of its call, in both versions. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table records add column differs jsonb;
    create index records_differs on records (facility, lifted desc) where differs is not null;`.execute(db);
}
