import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { type Postgres, startPostgres } from '../../postgres.ts';

/** Where Debian's kamailio-postgres-modules has the tables of each module. */
const TABLES = '/usr/share/kamailio/postgres';

export const hasTables = existsSync(TABLES);

/** What the platform may do in Kamailio's database, word for word as deploy/README.md says. */
const GRANTS = `
  create role phones login;
  grant select, insert, update, delete on subscriber to phones;
  grant usage on sequence subscriber_id_seq to phones;
  grant select, delete on location to phones;`;

/** A PostgreSQL with Kamailio's tables, as Kamailio ships them. */
export interface KamailioDatabase extends Postgres {
  /** Its address for a user that may do no more than the platform must. */
  readonly phones: string;
  rows(question: string): Promise<Record<string, unknown>[]>;
}

export async function startKamailioDatabase(): Promise<KamailioDatabase> {
  const postgres = await startPostgres();
  const rows = async (question: string) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(question)).rows;
    } finally {
      await client.end();
    }
  };
  for (const module of ['standard', 'auth_db', 'usrloc'])
    await rows(await readFile(`${TABLES}/${module}-create.sql`, 'utf8'));
  await rows(GRANTS);
  return { ...postgres, phones: postgres.url.replace('postgres@', 'phones@'), rows };
}
