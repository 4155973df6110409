import { type Kysely, sql } from 'kysely';

/** A challenge is of the session in which it was asked for, and ends with it; of none where somebody signs in by a passkey alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table passkey_challenges drop column staff,
      add column session bytea references staff_sessions on delete cascade;
    create index passkey_challenges_session on passkey_challenges (session)`.execute(db);
}
