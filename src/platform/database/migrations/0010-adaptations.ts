import { type Kysely, sql } from 'kysely';

/** How a facility's rate of false accepts was fitted to its own handsets, and what was taken back of that. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table voice_adaptations (
      id bigint generated always as identity primary key,
      facility text not null references facilities,
      at bigint not null,
      by text not null,
      -- The rate that the facility has set, how often its own strangers would have been accepted by that, and what is used in its place.
      set_rate double precision not null,
      seen_rate double precision not null,
      used_rate double precision not null,
      pairs integer not null,
      undone bigint,
      undone_by text,
      undone_why text,
      check ((undone is null) = (undone_by is null) and (undone is null) = (undone_why is null))
    );
    create index voice_adaptations_facility on voice_adaptations (facility, id desc);`.execute(db);
}
