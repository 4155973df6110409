import { type Kysely, sql } from 'kysely';

/** When phones were out of order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table outages (
      facility text not null references facilities,
      -- Of the past too: a phone that is gone keeps what it had.
      terminal text not null,
      what text not null,
      since bigint not null,
      until bigint check (until >= since),
      -- Somebody was told that it lasts.
      told boolean not null default false,
      primary key (facility, terminal, what, since)
    );
    create unique index outages_open on outages (facility, terminal, what) where until is null;
    create index outages_facility on outages (facility, until);
    create index outages_until on outages (until)`.execute(db);
}
