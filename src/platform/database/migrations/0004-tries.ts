import { type Kysely, sql } from 'kysely';

/** Wrong PINs are counted for a facility too. What was counted for a PIN's id alone is counted for id and phone now. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    delete from attempts where scope = 'pin';
    alter table attempts drop constraint attempts_scope_check;
    alter table attempts add check (scope in ('pin', 'terminal', 'facility'));`.execute(db);
}
