import { type Kysely, sql } from 'kysely';

/** What people must look at, gathered by kind and place, until somebody acknowledges it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table alerts (
      id bigint generated always as identity primary key,
      facility text not null references facilities,
      kind text not null,
      -- '': the facility as a whole.
      place text not null,
      what text not null,
      first bigint not null,
      last bigint not null,
      times integer not null,
      acknowledged bigint,
      acknowledged_by text,
      check ((acknowledged is null) = (acknowledged_by is null))
    );
    create unique index alerts_open on alerts (facility, kind, place) where acknowledged is null;
    create index alerts_facility on alerts (facility, last desc, id desc);
    create index alerts_last on alerts (last)`.execute(db);
}
