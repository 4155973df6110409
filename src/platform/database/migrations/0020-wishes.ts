import { type Kysely, sql } from 'kysely';

/** How callers' lists are filled: who put each number there, what callers asked for, and whether a facility lets them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table allowed_numbers add column added_by text not null default 'site file';
    alter table allowed_numbers alter column added_by drop default;
    create table number_rules (
      facility text primary key references facilities,
      wishes boolean not null,
      learns integer not null check (learns between 0 and 100)
    );
    create table wishes (
      id bigint generated always as identity primary key,
      facility text not null,
      caller text not null,
      number text not null,
      times integer not null,
      first_asked bigint not null,
      last_asked bigint not null,
      state text not null check (state in ('open', 'approved', 'declined')),
      decided bigint,
      decided_by text,
      decided_why text,
      unique (facility, caller, number),
      foreign key (facility, caller) references callers,
      check ((state = 'open') = (decided is null))
    );
    create index wishes_state on wishes (facility, state, id);
    alter table sessions add column learns boolean;
    -- Staff too block numbers for one caller alone: that was for called parties.
    alter table blocks drop constraint blocks_check1`.execute(db);
}
