import { type Kysely, sql } from 'kysely';

/** What is kept of the orders on each lockdown topic, so that the last valid one can be put back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table orders (
      topic text primary key,
      facility text not null,
      jws text not null,
      standing jsonb not null
    );
    create index on orders (facility);`.execute(db);
}
