import { constants, createReadStream, createWriteStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import { extract, pack } from 'tar-stream';
import type { Schema } from '../database/schema.ts';

const [COPY, DRAFT] = ['backup-', 'restore-'];

/**
 * The folder of the embedded database as it is at one moment. It is copied for that, beside itself, while nobody else has its one connection: calls wait
 * as long as that takes, not as long as the archive does. @throws Error
 */
export async function dumpEmbedded(folder: string, db: Kysely<Schema>): Promise<AsyncGenerator<Uint8Array>> {
  await dropFolders(folder, COPY);
  const copy = await mkdtemp(join(folder, COPY));
  try {
    await db.transaction().execute(async (trx) => {
      await sql`checkpoint`.execute(trx);
      const filter = (path: string) => basename(path) !== 'postmaster.pid';
      await cp(join(folder, 'data'), copy, { recursive: true, mode: constants.COPYFILE_FICLONE, filter });
    });
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    throw error;
  }
  return (async function* () {
    try {
      const archive = pack();
      fill(archive, copy).catch((error: Error) => archive.destroy(error));
      const packed = createGzip();
      const going = pipeline(archive as unknown as Readable, packed);
      going.catch(() => undefined);
      yield* packed as AsyncIterable<Uint8Array>;
      await going;
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  })();
}

async function fill(archive: ReturnType<typeof pack>, folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isDirectory()) archive.entry({ name: `${name}/`, type: 'directory', mode: 0o700 });
    if (!entry.isFile()) continue;
    const { size } = await stat(path);
    await pipeline(
      createReadStream(path),
      archive.entry({ name, size, mode: 0o600 }) as unknown as NodeJS.WritableStream,
    );
  }
  archive.finalize();
}

/** Makes the embedded database of what `dumpEmbedded` gave, where there is none: all of it or nothing. @throws Error */
export async function loadEmbedded(folder: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await dropFolders(folder, DRAFT);
  const draft = await mkdtemp(join(folder, DRAFT));
  try {
    const entries = extract();
    const reading = pipeline(Readable.from(pieces), createGunzip(), entries as unknown as NodeJS.WritableStream);
    reading.catch(() => undefined);
    for await (const entry of entries) {
      const path = resolve(draft, entry.header.name);
      if (!path.startsWith(draft + sep)) throw new Error(`${entry.header.name}: is no place in a database`);
      if (entry.header.type === 'directory') await mkdir(path, { recursive: true, mode: 0o700 });
      else {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await pipeline(
          entry as unknown as Readable,
          createWriteStream(path, { mode: 0o600, flags: 'wx', flush: true }),
        );
      }
      entry.resume();
    }
    await reading;
    await rename(draft, join(folder, 'data'));
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** Whether a database is there. */
export const isEmbeddedThere = (folder: string): Promise<boolean> =>
  stat(join(folder, 'data')).then(
    () => true,
    () => false,
  );

/** What a program that was killed has left. */
async function dropFolders(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
}
