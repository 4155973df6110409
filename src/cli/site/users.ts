import { execFileSync } from 'node:child_process';

/** A user of this machine, by numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** @param packaged the package that makes it @throws Error where there is none */
export function userCalled(name: string, packaged: string): User {
  const id = (what: '-u' | '-g') =>
    Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch (cause) {
    throw new Error(`there is no user ${name} on this machine: apt install ${packaged}`, { cause });
  }
}

/**
 * Does something as a user that may do less than root: what it makes is his, and what he may not read it cannot. Nothing else may go on in
 * this process meanwhile.
 */
export async function as<T>({ uid, gid }: User, deed: () => Promise<T>): Promise<T> {
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return await deed();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
