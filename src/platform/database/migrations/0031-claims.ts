import { type Kysely, sql } from 'kysely';

/** Boxes that ask whose phone they are, and which of them is the phone of which place. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table boxes (
      id uuid primary key,
      thumbprint text not null,
      asks jsonb not null,
      nonce text not null,
      opened text,
      code text,
      answer text,
      origin text not null,
      asked bigint not null,
      expires bigint not null,
      facility text,
      terminal text,
      check ((opened is null) = (code is null)),
      check ((facility is null) = (terminal is null)),
      check (facility is null or code is not null)
    );
    create unique index boxes_code on boxes (code);
    create index boxes_expires on boxes (expires);
    create table claims (
      facility text not null,
      terminal text not null,
      thumbprint text not null unique,
      says jsonb not null,
      claimed bigint not null,
      claimed_by text not null,
      issued bigint,
      primary key (facility, terminal)
    );
    create table accounts_due (
      facility text not null,
      terminal text not null,
      thumbprint text not null,
      since bigint not null,
      primary key (facility, terminal, thumbprint)
    );
    create table announced (
      serial text not null,
      facility text not null,
      unit text not null,
      terminal text not null,
      announced bigint not null,
      announced_by text not null,
      primary key (facility, serial),
      unique (facility, terminal)
    );
    create table claim_tries (
      actor text not null,
      at bigint not null
    );
    create index claim_tries_actor on claim_tries (actor, at)`.execute(db);
}
