import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { startEmbedded } from './embedded.ts';
import { isGone, whenThere } from './gone.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { endSilent } from './silence.ts';
import { withPassword } from './url.ts';

/** How a database that is open is reached, by a thread of its own too. */
export type Access = Pick<pg.PoolConfig, 'host' | 'user' | 'database' | 'connectionString'>;

export interface Database {
  readonly db: Kysely<Schema>;
  readonly access: Access;
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

/** Who is told how the database is. */
export interface DatabaseListener {
  /** Connections were lost, or it is not there yet: it is tried again when next wanted. Told once a second at most. */
  fault(cause: Error): void;
  /** The embedded database is dead: only a new process can go on. */
  died(cause: Error): void;
}

const SECOND = 1_000;

/** Lets through the first of what comes within a second: a server that goes takes all connections with it. */
function onceASecond(tell: (cause: Error) => void): (cause: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (cause) => {
    if (performance.now() - last < SECOND) return;
    last = performance.now();
    tell(cause);
  };
}

/**
 * Opens the database and brings its tables up to date. A server that is not there yet is waited for.
 * @throws Error where it is there and does not want us, or a migration failed
 */
export async function openDatabase(config: DatabaseConfig, listener: DatabaseListener): Promise<Database> {
  const onFault = onceASecond((cause) => listener.fault(cause));
  const embedded =
    config.kind === 'embedded' ? await startEmbedded(config.folder, (cause) => listener.died(cause)) : null;
  const access: Access =
    config.kind === 'embedded'
      ? { host: embedded?.host, user: 'postgres', database: 'postgres' }
      : { connectionString: withPassword(config.url, config.password) };
  // PGlite has one connection's worth of state: a second only waits.
  const most = config.kind === 'embedded' ? 1 : config.pool;
  const pool = openPool(access, most, 'tierphone-platform', onFault);
  const watchSilence = config.kind === 'postgres' ? endSilent(pool) : () => undefined;
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const close = async () => {
    await db.destroy();
    await embedded?.close();
  };
  try {
    await whenThere(
      () =>
        migrate(db).catch((cause) => {
          if (isGone(cause)) onFault(cause);
          throw cause;
        }),
      () => config.kind === 'postgres',
    );
    watchSilence();
  } catch (error) {
    await close();
    throw error;
  }
  return { db, access, close };
}

/** Opens one more connection to a database that is open, which calls it `name`: for work that is not to keep others waiting. */
export function openBeside(access: Access, name: string): Pick<Database, 'db' | 'close'> {
  const pool = openPool(access, 1, name, () => undefined);
  endSilent(pool)();
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, close: () => db.destroy() };
}

function openPool(access: Access, max: number, name: string, onFault: (cause: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...access,
    max,
    types,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 0,
    application_name: name,
  });
  pool.on('error', onFault);
  // The pool listens only to clients that wait in it: one lost in the middle of a transaction would end the process.
  pool.on('connect', (client) => client.on('error', onFault));
  return pool;
}
