import { type Kysely, sql } from 'kysely';

/** Whose key may order what in each facility, which keys count no more, and which are asked for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table key_sets (
      facility text primary key,
      sequence bigint not null,
      jws text not null
    );
    create table revoked_keys (
      facility text not null,
      thumbprint text not null,
      at bigint not null,
      primary key (facility, thumbprint)
    );
    create table asked_keys (
      facility text not null,
      thumbprint text not null,
      request jsonb not null,
      at bigint not null,
      primary key (facility, thumbprint)
    );`.execute(db);
}
