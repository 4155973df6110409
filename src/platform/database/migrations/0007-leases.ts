import { type Kysely, sql } from 'kysely';

/** Which platforms live, and which of them serves which facility. Who is found dead has no lease any more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table platforms (
      process uuid primary key,
      name text not null unique,
      until bigint not null
    );
    create table leases (
      facility text primary key references facilities on delete cascade,
      holder uuid not null references platforms on delete cascade
    );
    create index leases_holder on leases (holder);`.execute(db);
}
