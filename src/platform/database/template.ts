import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { packageRoot } from '../../protocol/package-root.ts';

/**
 * Fills a folder with an empty database by copying one made earlier, which is kept in `node_modules/.cache`. Making one
 * takes PGlite eight seconds of processor time, copying it a third of one. False where there can be no such copy,
 * as where the program's own folder may not be written to: PGlite then makes its own.
 */
export async function copyTemplate(to: string): Promise<boolean> {
  let draft: string | null = null;
  try {
    const template = await templateFolder();
    // Beside its place first: what a power cut leaves half copied must not pass for a database.
    draft = await mkdtemp(`${to}.new-`);
    await cp(template, draft, { recursive: true });
    await rename(draft, to);
    return true;
  } catch {
    if (draft) await rm(draft, { recursive: true, force: true });
    return false;
  }
}

async function templateFolder(): Promise<string> {
  const cache = join(packageRoot(), 'node_modules', '.cache', 'tierphone');
  const template = join(cache, `pglite-${await version()}`);
  if (await isDatabase(template)) return template;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${template}.new-`);
  try {
    const database = await PGlite.create({ dataDir: draft });
    await database.close();
    await rename(draft, template);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!(await isDatabase(template))) throw error;
  }
  return template;
}

/** Whether a folder holds a database. */
export const isDatabase = (folder: string): Promise<boolean> =>
  readFile(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  );

async function version(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const file = await readFile(join(dirname(entry), '..', 'package.json'), 'utf8');
  return String((JSON.parse(file) as { version?: unknown }).version);
}
