import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder, writeAll } from '../../protocol/durable.ts';
import { BackupFault } from './fault.ts';
import type { ArchivedFile } from './manifest.ts';
import { Names } from './owners.ts';

/** What a machine has of its own, and may be another than that of the machine before: where it is there it stays. */
const OF_THE_MACHINE = /^(http|mqtt|exchange)\./;

/** What nobody else on the machine may read, whatever an archive says. */
const SECRET = /^keys\.|\.(key|secret|passwordFile)$|^exchange\.file$|^platform\.yaml$/;

/** A file of a backup, and where it goes. */
export interface FileToPlace extends ArchivedFile {
  readonly path: string;
  readonly content: Buffer;
}

/** What stands where files are to go: those that are missing, and those that stay as they are. */
export interface Places {
  readonly missing: readonly FileToPlace[];
  readonly kept: readonly FileToPlace[];
}

/** Looks where files are to go. @throws BackupFault naming a key that is there and is another */
export async function placesOf(files: readonly FileToPlace[]): Promise<Places> {
  const missing: FileToPlace[] = [];
  const kept: FileToPlace[] = [];
  for (const file of files) {
    const there = await readFile(file.path).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return null;
      throw new BackupFault(`${file.path} cannot be read (${cause.code})`, { cause });
    });
    if (there === null) missing.push(file);
    else if (OF_THE_MACHINE.test(file.setting) || there.equals(file.content)) kept.push(file);
    else throw new BackupFault(`${file.path}: another file is there (${file.setting}): move it away first`);
  }
  return { missing, kept };
}

/**
 * Writes files where none are, with the rights that they had; as root their owners too, where this machine knows them. Gives what takes all
 * of them away again. @throws BackupFault; none is left then
 */
export async function place(files: readonly FileToPlace[]): Promise<() => Promise<void>> {
  const [users, groups] = [await Names.in('/etc/passwd'), await Names.in('/etc/group')];
  const written: string[] = [];
  const undo = async () => {
    for (const path of written) await rm(path, { force: true });
  };
  try {
    for (const { setting, path, content, mode, owner, group } of files) {
      await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      // Until it has its owner it is nobody else's to read.
      const file = await open(path, 'wx', 0o600);
      written.push(path);
      try {
        await writeAll(file, content);
        if (process.getuid?.() === 0) await file.chown(users.number(owner) ?? 0, groups.number(group) ?? 0);
        await file.chmod(mode & (SECRET.test(setting) ? 0o640 : 0o644));
        await file.sync();
      } finally {
        await file.close();
      }
      await syncFolder(dirname(path));
    }
    return undo;
  } catch (cause) {
    await undo();
    const { path, code } = cause as NodeJS.ErrnoException;
    throw new BackupFault(`${path ?? 'a file'} cannot be written (${code})`, { cause });
  }
}
