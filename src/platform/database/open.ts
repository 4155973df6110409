import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { startEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';

export interface Database {
  readonly db: Kysely<Schema>;
  close(): Promise<void>;
}

const INT8 = 20;

/** All our bigints are milliseconds or millionths of a dollar: both fit a number, and one that did not must not be rounded. */
function bigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} in the database is out of range`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? bigint
      : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/**
 * Opens the database and brings its tables up to date. `onFault` is told of a lost connection (it is made
 * anew when next wanted) and of the death of the embedded database (which is final).
 */
export async function openDatabase(config: DatabaseConfig, onFault: (cause: Error) => void): Promise<Database> {
  const embedded = config.kind === 'embedded' ? await startEmbedded(config.folder, onFault) : null;
  const pool = new pg.Pool({
    ...(config.kind === 'embedded'
      ? // PGlite has one connection's worth of state: a second only waits.
        { host: embedded?.host, user: 'postgres', database: 'postgres', max: 1 }
      : { connectionString: config.url, max: config.pool }),
    types,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 0,
    application_name: 'tierphone-platform',
  });
  pool.on('error', onFault);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    await embedded?.close();
  };
  try {
    await migrate(db);
  } catch (error) {
    await close();
    throw error;
  }
  return { db, close };
}
