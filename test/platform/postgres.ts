import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
  /** Kills all of it with SIGKILL. */
  kill(): Promise<void>;
  /** All of it is stopped for so long, ms: connections stay, and nothing is answered. */
  silence(ms: number): Promise<void>;
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
  let server: ChildProcess | null = null;
  let gone: Promise<unknown> = Promise.resolve();
  const start = async (): Promise<boolean> => {
    server = spawn(...as('postgres', ['-D', data, ...flags]), { cwd: folder, stdio: 'ignore' });
    const own = server;
    gone = once(own, 'exit');
    for (;;) {
      const ready = await run(...as('pg_isready', ['-h', folder]), { cwd: folder }).then(
        () => true,
        () => false,
      );
      if (ready || own.exitCode !== null) return ready;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const resume = async () => {
    // What a kill left may still be on its way out, in which case it does not start.
    for (let tries = 0; tries < 10; tries++) if (await start()) return;
    throw new Error('PostgreSQL did not start');
  };
  /** The server, then what it has started. */
  const signal = async (what: NodeJS.Signals) => {
    const main = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    const send = (pid: number) => {
      try {
        process.kill(pid, what);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    };
    const children = () => readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(' ').map(Number);
    const before = children();
    send(main);
    for (const pid of before) if (pid > 0) send(pid);
  };
  const kill = async () => {
    await signal('SIGKILL');
    await gone;
  };
  const silence = async (ms: number) => {
    await signal('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    await signal('SIGCONT');
    // runuser stops with what it runs, and does not go on with it.
    server?.kill('SIGCONT');
  };
  const halt = async () => {
    await run(...as('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']), { cwd: folder });
    await gone;
  };
  await resume();
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    halt,
    kill,
    silence,
    resume,
    stop: async () => {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
