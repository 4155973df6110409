import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { withPassword } from '../database/url.ts';
import { type Server, startClient } from './client.ts';

/** Whose rights they are is another machine's to say. */
const ANYBODY = ['--no-owner', '--no-privileges'];

/** The database as it is at one moment (`pg_dump`, its custom format), while calls go on; begun when this resolves. @throws Error */
export async function dumpServer(server: Server): Promise<AsyncGenerator<Uint8Array>> {
  const { child, ended } = await startClient(
    'pg_dump',
    ['--format=custom', '--lock-wait-timeout=30s', ...ANYBODY],
    server,
  );
  const out = (child.stdout as Readable)[Symbol.asyncIterator]();
  const first = await out.next();
  if (first.done) await ended();
  return (async function* () {
    try {
      for (let piece = first; !piece.done; piece = await out.next()) yield piece.value as Uint8Array;
      await ended();
    } finally {
      child.kill();
    }
  })();
}

/** Fills an empty database from what `dumpServer` gave: all of it or nothing. @throws Error */
export async function loadServer(server: Server, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const { child, ended } = await startClient(
    'pg_restore',
    ['--exit-on-error', '--single-transaction', ...ANYBODY],
    server,
  );
  if (!child.stdin) throw new Error('pg_restore takes nothing');
  const [fed, loaded] = await Promise.allSettled([pipeline(Readable.from(pieces), child.stdin), ended()]);
  if (loaded.status === 'rejected') throw loaded.reason;
  if (fed.status === 'rejected') throw fed.reason;
}

/** How many tables are in it that are not the server's own. @throws Error where it cannot be reached */
export async function tablesAt({ url, password }: Server): Promise<number> {
  const client = new pg.Client({ connectionString: withPassword(url, password), connectionTimeoutMillis: 15_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ tables: string }>(
      `select count(*) as tables from pg_class join pg_namespace n on n.oid = relnamespace
       where relkind in ('r', 'p') and nspname not like 'pg\\_%' and nspname <> 'information_schema'`,
    );
    return Number(rows[0]?.tables);
  } catch (cause) {
    throw new Error(`the database cannot be reached: ${(cause as Error).message}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}
