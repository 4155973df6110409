import { type Kysely, sql } from 'kysely';

/** What was dialled in lifts of which no call came: the platform was asked for it, and said no. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table records add column dialled text;
    create index records_dialled on records (facility, dialled, lifted desc) where dialled is not null`.execute(db);
}
