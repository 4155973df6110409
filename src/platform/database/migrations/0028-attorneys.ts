import { type Kysely, sql } from 'kysely';

/** Numbers that attorneys ask to have treated as private, and who put there what all may call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table allows add column added_by text not null default 'site file';
    alter table allows alter column added_by drop default;
    create table attorneys (
      id bigint generated always as identity primary key,
      facility text not null references facilities,
      number text not null,
      name text not null,
      bar text not null,
      firm text,
      email text not null,
      asked bigint not null,
      origin text not null,
      state text not null check (state in ('open', 'approved', 'declined')),
      decided bigint,
      decided_by text,
      decided_why text,
      check ((state = 'open') = (decided is null))
    );
    create unique index attorneys_open on attorneys (facility, number) where state = 'open';
    create index attorneys_state on attorneys (facility, state, id);
    create index attorneys_origin on attorneys (origin, asked)`.execute(db);
}
