import { readFile, stat } from 'node:fs/promises';
import type { NamedFile } from '../files.ts';
import { BackupFault } from './fault.ts';
import { Names } from './owners.ts';
import type { FileToPack } from './pack.ts';

/** A list that the platform makes itself when there is something to stand in it. */
const MAY_BE_MISSING = 'exchange.file';

/** Reads the files that go into a backup. @throws BackupFault naming the setting and the file that cannot be read */
export async function gathered(files: readonly NamedFile[]): Promise<FileToPack[]> {
  const [users, groups] = [await Names.in('/etc/passwd'), await Names.in('/etc/group')];
  const found: FileToPack[] = [];
  for (const { setting, path } of files) {
    try {
      const [bytes, { mode, uid, gid }] = [await readFile(path), await stat(path)];
      found.push({ setting, bytes, mode: mode & 0o777, owner: users.name(uid), group: groups.name(gid) });
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      if (setting === MAY_BE_MISSING && code === 'ENOENT') continue;
      throw new BackupFault(`${setting}: ${path} cannot be read (${code})`, { cause });
    }
  }
  return found;
}
