import { type Kysely, sql } from 'kysely';

/** What was answered to changes that were asked with a key (Idempotency-Key), encrypted under that key and the pepper. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table answered (
      key bytea primary key,
      asked bytea not null,
      answer text not null,
      made bigint not null
    );
    create index answered_made on answered (made)`.execute(db);
}
