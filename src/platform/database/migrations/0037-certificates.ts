import { type Kysely, sql } from 'kysely';

/** The certificate that a phone was given last: asked twice, it is given the same. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table claims
      add column certificate text,
      add column certified bigint,
      add check ((certificate is null) = (certified is null))`.execute(db);
}
