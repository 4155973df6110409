import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  const host = await mkdtemp(join(tmpdir(), 'tierphone-db-'));
  const server = new PGLiteSocketServer({ db: database, path: join(host, '.s.PGSQL.5432'), maxConnections: 4 });
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
