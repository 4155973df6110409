import { type Kysely, sql } from 'kysely';

/**
 * A called party's block is for one caller's calls, or for all (no caller); and it can be lifted, which leaves it there
 * with who and why.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table blocks
      add column caller text,
      add column lifted bigint,
      add column lifted_by text,
      add column lifted_why text,
      add foreign key (facility, caller) references callers,
      add check (caller is null or kind = 'called-party'),
      add check ((lifted is null) = (lifted_by is null) and (lifted is null) = (lifted_why is null));
    alter table blocks drop constraint blocks_facility_pattern_kind_key;
    create unique index blocks_in_force on blocks (facility, pattern, kind, coalesce(caller, '')) where lifted is null;`.execute(
    db,
  );
}
