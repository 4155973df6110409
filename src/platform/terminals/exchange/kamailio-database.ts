import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { isGone } from '../../database/gone.ts';
import { endSilent } from '../../database/silence.ts';
import { withPassword } from '../../database/url.ts';
import type { KamailioConfig } from './config.ts';
import { ExchangeError } from './port.ts';

/** For a connection, and for an answer, ms. */
const PATIENCE = 10_000;

/** Connections to Kamailio's database, opened when they are wanted. @throws ExchangeError where the file of the password cannot be read */
export async function openPool({ url, passwordFile }: KamailioConfig): Promise<pg.Pool> {
  const password =
    passwordFile &&
    (await readFile(passwordFile, 'utf8').catch((cause: Error) => {
      throw new ExchangeError(`the password of the exchange's database cannot be read: ${cause.message}`, { cause });
    }));
  const pool = new pg.Pool({
    connectionString: withPassword(url, password?.trim()),
    max: 4,
    connectionTimeoutMillis: PATIENCE,
    application_name: 'tierphone-platform',
  });
  // Whoever asks by a connection that is lost is told; one at rest is opened again when it is wanted.
  const atRest = () => undefined;
  pool.on('error', atRest).on('connect', (client) => client.on('error', atRest));
  endSilent(pool, PATIENCE)();
  return pool;
}

/** Whether its tables are there and let us do what we do. Nothing is done. @throws ExchangeError */
export async function lookAtKamailio(config: KamailioConfig): Promise<void> {
  const pool = await openPool(config);
  try {
    await pool.query('delete from subscriber where false');
    await pool.query('insert into subscriber (username, domain) select username, domain from subscriber where false');
    await pool.query('delete from location where false');
  } catch (error) {
    databaseFault(error instanceof Error ? error : new Error(String(error)));
  } finally {
    await pool.end();
  }
}

const MISSING_TABLE = '42P01';
const NOT_ALLOWED = '42501';
const NO_UNIQUE = '42P10';

/** What is wrong with the database, in a line. @throws ExchangeError always */
export function databaseFault(cause: Error): never {
  if (cause instanceof ExchangeError) throw cause;
  throw new ExchangeError(`the exchange's database ${why(cause)}`, { cause });
}

function why(cause: Error): string {
  // Of several addresses none answered.
  const { message } = cause instanceof AggregateError && cause.errors[0] instanceof Error ? cause.errors[0] : cause;
  if (isGone(cause)) return `is not there: ${message}`;
  switch (cause instanceof pg.DatabaseError ? cause.code : undefined) {
    case MISSING_TABLE:
      return `is not Kamailio's: ${message}; exchange.url must name the one that kamdbctl has made`;
    case NOT_ALLOWED:
      return `does not let us: ${message}; grant what deploy/README.md says`;
    case NO_UNIQUE:
      return 'could hold two accounts of one name: subscriber wants its constraint on username and domain';
    default:
      return `refuses: ${message}`;
  }
}
