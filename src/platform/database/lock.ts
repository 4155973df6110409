import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = 'in-use';

/** Another process, or another platform in this one, has the folder open. */
class FolderInUseError extends Error {
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
  const mine = `${process.pid} ${startOf(process.pid)}`;
  // Written aside and linked into place, so that a lock is never seen half written.
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    while (!linked(draft, file)) takeOver(file, folder);
  } finally {
    unlinkSync(draft);
  }
  return () => unlinkSync(file);
}

function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that is gone. Two that find the same stale lock do not both win: one renames it. */
function takeOver(file: string, folder: string): void {
  const holder = read(file);
  if (holder === null) return;
  const [pid = '', start = ''] = holder.split(' ');
  if (isRunning(Number(pid), start))
    throw new FolderInUseError(
      `the database folder ${folder} is in use by process ${pid}: stop that process, or give another folder`,
    );
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Somebody else took the stale lock over first and this is his: it goes back.
  if (read(aside) !== holder) linked(aside, file);
  unlinkSync(aside);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isRunning(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // One that was killed may stay listed until its parent has looked: it writes nothing any more.
  return startOf(pid) === start && stat(pid)[0] !== 'Z';
}

/** When a process began, in clock ticks since boot: tells it from a later one with the same number. `?` where unknown. */
const startOf = (pid: number): string => stat(pid)[19] ?? '?';

/** What Linux says of a process, from its state on (proc(5), /proc/pid/stat); empty elsewhere. */
function stat(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name, which may hold spaces and brackets.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
