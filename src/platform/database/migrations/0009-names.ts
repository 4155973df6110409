import { type Kysely, sql } from 'kysely';

/** How callers say their names, encrypted as their voiceprints are; and whether one is there for the call that is to come. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table spoken_names (
      facility text not null,
      caller text not null,
      sound bytea not null,
      at bigint not null,
      primary key (facility, caller),
      foreign key (facility, caller) references callers
    );
    alter table identified add column named boolean;
    create index voice_checks_under_way on voice_checks (at) where under_way is not null;`.execute(db);
}
