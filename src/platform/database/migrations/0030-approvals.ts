import { type Kysely, sql } from 'kysely';

/** What one person asked for and a second has to approve. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table approvals (
      id uuid primary key,
      facility text not null,
      kind text not null,
      content text not null,
      told jsonb not null,
      asked_by uuid not null,
      asked_name text not null,
      asked bigint not null,
      expires bigint not null,
      decision text,
      decided_by uuid,
      decided_name text,
      decided bigint,
      check ((decision is null) = (decided is null)),
      check (decision is distinct from 'approved' or decided_by <> asked_by)
    );
    create index approvals_waiting on approvals (facility, kind, expires)`.execute(db);
}
