import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { copyTemplate, isDatabase } from './template.ts';

/** A PGlite that listens as a PostgreSQL server does. */
export interface EmbeddedServer {
  /** Folder of its Unix socket, which only this user may enter: what `pg` takes as its host. */
  readonly host: string;
  close(): Promise<void>;
}

/** Opens the database in `folder` and serves it on a Unix socket. Heavy: blocks its thread while it works. */
export async function servePglite(folder: string): Promise<EmbeddedServer> {
  if (!(await isDatabase(folder))) await copyTemplate(folder);
  const database = await PGlite.create({ dataDir: folder });
  const host = await socketFolder(resolve(dirname(folder), 'socket'));
  const server = new PGLiteSocketServer({ db: database, path: join(host, SOCKET), maxConnections: 4 });
  await server.start();
  return {
    host,
    close: async () => {
      await server.stop();
      await database.close();
      await rm(host, { recursive: true, force: true });
    },
  };
}

/** The name PostgreSQL gives its socket. */
const SOCKET = '.s.PGSQL.5432';
/** What the system takes as the path of a socket, unix(7). */
const LONGEST = 107;

/** Beside the data, where a killed process leaves nothing that the next does not clear away; elsewhere if that is too deep. */
async function socketFolder(near: string): Promise<string> {
  if (Buffer.byteLength(join(near, SOCKET)) > LONGEST) return mkdtemp(join(tmpdir(), 'tierphone-db-'));
  await rm(near, { recursive: true, force: true });
  await mkdir(near, { mode: 0o700 });
  return near;
}
