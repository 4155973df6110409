import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeAll } from '../../protocol/durable.ts';
import type { User } from './users.ts';

const ROOT = { uid: 0, gid: 0 };

/** Who may read a file: everybody, root alone, root and the group of a service, or the service that writes it too. */
export type Readers = 'all' | 'root' | { readonly group: User } | { readonly owner: User };

function rightsOf(readers: Readers): { uid: number; gid: number; mode: number } {
  if (readers === 'all') return { ...ROOT, mode: 0o644 };
  if (readers === 'root') return { ...ROOT, mode: 0o600 };
  if ('group' in readers) return { uid: 0, gid: readers.group.gid, mode: 0o640 };
  return { ...readers.owner, mode: 0o600 };
}

/** Writes a file whole: whoever is cut short leaves what was there before. It has its rights before it has its content. */
export async function put(path: string, content: string, readers: Readers): Promise<void> {
  const { uid, gid, mode } = rightsOf(readers);
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.chown(uid, gid);
    await file.chmod(mode);
    await writeAll(file, Buffer.from(content));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

/** Makes a folder where there is none, for those who may read a file that is put there. */
export async function putFolder(path: string, readers: Exclude<Readers, 'all'>): Promise<void> {
  const { uid, gid, mode } = rightsOf(readers);
  if ((await mkdir(path, { recursive: true, mode: 0o700 })) === undefined) return;
  const folder = await open(path, 'r');
  try {
    await folder.chown(uid, gid);
    // Who may read may enter.
    await folder.chmod(mode | ((mode & 0o444) >> 2));
  } finally {
    await folder.close();
  }
}
