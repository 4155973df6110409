import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'in-use';

/** Another process, or another part of this one, has the folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * Takes a folder for this process, creating it where it is missing; a lock left by a process that is
 * gone (killed, power cut) is taken over. Gives what releases it.
 * @throws FolderInUseError naming the folder and the process that has it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, NAME);
  // Written aside and linked into place, so that a lock is never seen half written.
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, identity(process.pid) ?? `${process.pid}`, { mode: 0o600 });
  try {
    while (!linked(draft, file)) takeOver(file, folder);
  } finally {
    rmSync(draft, { force: true });
  }
  return () => rmSync(file, { force: true });
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that is gone. Of two that find the same stale lock one renames it, and only he wins. */
function takeOver(file: string, folder: string): void {
  const holder = read(file);
  if (holder === null) return;
  const pid = Number.parseInt(holder, 10);
  if (pid > 0 && isAlive(pid) && (identity(pid) ?? holder) === holder) {
    throw new FolderInUseError(`${folder} is in use by process ${pid}: stop that process, or give another folder`);
  }
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  // Somebody else took the stale lock over first and this is his: it goes back.
  if (read(aside) !== holder) linked(aside, file);
  rmSync(aside, { force: true });
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

/**
 * A process by its number, the boot and the moment it began in (proc(5)), which tells it from a later one of the same
 * number; one that was killed and not yet looked after by its parent is none. Null where the system does not say.
 */
function identity(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may hold spaces and brackets: counting starts behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : `${pid} ${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}
