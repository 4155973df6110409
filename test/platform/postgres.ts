import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Folder of Debian's server programs; null where PostgreSQL is not installed. */
function serverPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions.map((v) => join(root, v, 'bin')).find((b) => existsSync(join(b, 'initdb')));
  return bin ?? null;
}

const bin = serverPrograms();

/** Whether a server of our own can be started: PostgreSQL 15 or so is installed. */
export const hasPostgres = bin !== null;

/** A PostgreSQL server that only this test knows: in a folder of its own, on a Unix socket. */
export interface Postgres {
  readonly url: string;
  /** Ends it as a crash does: no client is waited for. */
  halt(): Promise<void>;
  /** Starts it again; resolves when it takes connections. */
  resume(): Promise<void>;
  /** It is gone, and its folder with it. */
  stop(): Promise<void>;
}

/** @param fsync whether what is committed is on the disk: off where only the outcome counts */
export async function startPostgres({ fsync = 'off' }: { fsync?: 'on' | 'off' } = {}): Promise<Postgres> {
  if (bin === null) throw new Error('PostgreSQL is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-pg-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  // initdb refuses to run as root: there the server is user postgres's, as Debian makes it.
  const root = process.getuid?.() === 0;
  if (root) {
    const [uid, gid] = ['-u', '-g'].map((f) => Number(execFileSync('id', [f, 'postgres'], { encoding: 'utf8' })));
    for (const path of [folder, data]) chownSync(path, uid ?? 0, gid ?? 0);
  }
  const as = (program: string, args: string[]): [string, string[]] =>
    root ? ['runuser', ['-u', 'postgres', '--', join(bin, program), ...args]] : [join(bin, program), args];
  const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'];
  await run(...as('initdb', options), { cwd: folder });
  const settings = { listen_addresses: '', unix_socket_directories: folder, max_connections: '120', fsync };
  const flags = Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]);
  let gone: Promise<unknown> = Promise.resolve();
  const resume = async () => {
    const server = spawn(...as('postgres', ['-D', data, ...flags]), { cwd: folder, stdio: 'ignore' });
    gone = once(server, 'exit');
    for (;;) {
      const ready = await run(...as('pg_isready', ['-h', folder]), { cwd: folder }).then(
        () => true,
        () => false,
      );
      if (ready) return;
      if (server.exitCode !== null) throw new Error('PostgreSQL did not start');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const halt = async () => {
    await run(...as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']), { cwd: folder });
    await gone;
  };
  await resume();
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    halt,
    resume,
    stop: async () => {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
