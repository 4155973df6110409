import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError } from './error.ts';

const NAME = 'lock';

/** The right to write in a folder. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process alone. A lock left by a process that was killed is taken over:
 * its process is gone, or the number now belongs to one that started at another time.
 * @throws StorageError where a living process has it.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, NAME);
  const mine = await identity(process.pid);
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (let tries = 0; tries < 5; tries += 1) {
      if (await linked(draft, path)) return { release: () => rm(path, { force: true }) };
      const owner = await readFile(path, 'utf8').catch(() => null);
      if (owner !== null) await takeAway(path, owner);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw new StorageError(`${path}: others keep taking the folder: start one program at a time`);
}

/** Both name and content appear at once: nobody sees a lock without its owner in it. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  }
}

async function takeAway(path: string, owner: string): Promise<void> {
  const pid = Number.parseInt(owner, 10);
  if (Number.isInteger(pid) && pid > 0 && isAlive(pid) && (await identity(pid)) === owner) {
    throw new StorageError(`${path}: process ${pid} is using the folder: stop it, or give this one another folder`);
  }
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return; // Another took it away first; the next try sees whose it is now.
  }
  // Between reading and renaming it may have become somebody's: then it is put back.
  if ((await readFile(aside, 'utf8')) !== owner) await linked(aside, path);
  await rm(aside, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}

/** A process by its number and, where /proc tells, the boot and the moment it was started in. */
async function identity(pid: number): Promise<string> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // Field 22 is the start time; the second field, a name, may hold spaces, so counting starts after it.
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${boot.trim()} ${started}`;
  } catch {
    return `${pid}`;
  }
}
