import { type Kysely, sql } from 'kysely';

/** Where callers are housed, how many calls they have a day, and how long they wait between two. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table callers add column unit text;
    alter table callers add column calls_a_day integer check (calls_a_day > 0);
    alter table callers add column wait_ms bigint check (wait_ms > 0);
    -- A unit that is no more houses nobody.
    alter table callers add foreign key (facility, unit) references units on delete set null (unit);
    create index callers_unit on callers (facility, unit);
    create index sessions_caller on sessions (facility, caller, settled_at)`.execute(db);
}
