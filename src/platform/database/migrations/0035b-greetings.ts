import { type Kysely, sql } from 'kysely';

/** How a facility says its own name, in each language, as its phones take it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table greetings (
      facility text not null references facilities,
      language text not null,
      sequence integer not null,
      since bigint not null,
      -- Null: as the files of each phone have it.
      sound bytea,
      primary key (facility, language)
    )`.execute(db);
}
