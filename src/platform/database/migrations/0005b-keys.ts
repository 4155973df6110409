import { type Kysely, sql } from 'kysely';

/**
 * Keys with which the phones of each place sign: the one in force, and those that were or would be. Not of the table of
 * terminals, which an import of the site file makes anew. Records are kept as they were signed; of those of before nobody knows.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table terminal_keys (
      facility text not null references facilities,
      terminal text not null,
      thumbprint text not null,
      state text not null check (state in ('in-force', 'strange', 'replaced')),
      seen bigint not null,
      -- Null: in force since it was first seen, or never.
      accepted bigint,
      accepted_by text,
      accepted_why text,
      primary key (facility, terminal, thumbprint),
      check ((accepted is null) = (accepted_by is null) and (accepted is null) = (accepted_why is null))
    );
    create unique index terminal_keys_in_force on terminal_keys (facility, terminal) where state = 'in-force';
    alter table records add column signed text;`.execute(db);
}
