import { type Kysely, sql } from 'kysely';

/** What all phones of a facility take from it: their settings, and its signed lists of hotlines. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table phone_settings (
      facility text primary key,
      sequence bigint not null,
      since bigint not null,
      settings jsonb not null
    );
    create table hotline_lists (
      facility text not null,
      sequence bigint not null,
      jws text not null,
      primary key (facility, sequence)
    );`.execute(db);
}
