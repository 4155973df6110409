import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { BackupFault } from './fault.ts';

/** As much of the configuration as a program of PostgreSQL needs. */
export interface Server {
  readonly url: string;
  readonly password?: string | undefined;
}

/** The authorities that Debian trusts: libpq has no list of its own. */
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** A program of PostgreSQL at work on the platform's database. */
export interface Client {
  readonly child: ChildProcess;
  /** Resolves when it is over and all is well. @throws Error with what it said */
  ended(): Promise<void>;
}

/** Starts `pg_dump` or `pg_restore`; the password goes by its environment. @throws BackupFault where it is not there */
export async function startClient(program: 'pg_dump' | 'pg_restore', args: string[], server: Server): Promise<Client> {
  const { url, encrypted } = addressFor(server.url);
  const env = {
    ...process.env,
    LC_ALL: 'C',
    PGCONNECT_TIMEOUT: '15',
    ...(server.password !== undefined && { PGPASSWORD: server.password }),
    ...(encrypted && existsSync(AUTHORITIES) && { PGSSLROOTCERT: process.env.PGSSLROOTCERT ?? AUTHORITIES }),
  };
  const child = spawn(program, [...args, `--dbname=${url}`], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, 4_000);
  });
  // What it did not read any more is told by its end.
  child.stdin.on('error', () => undefined);
  const closed = once(child, 'close');
  await once(child, 'spawn').catch((cause: NodeJS.ErrnoException) => {
    throw new BackupFault(`${program} could not be started (${cause.code}): install postgresql-client`, { cause });
  });
  return {
    child,
    ended: async () => {
      const [code] = (await closed) as [number | null];
      if (code !== 0) throw new Error(`${program}: ${said.trim().split('\n')[0] || `ended with ${code}`}`);
    },
  };
}

/** The address as libpq wants it: `pg` looks at the certificate wherever there is TLS, libpq only where it is told. */
function addressFor(url: string): { readonly url: string; readonly encrypted: boolean } {
  const address = new URL(url);
  const mode = address.searchParams.getAll('sslmode').at(-1);
  address.searchParams.delete('uselibpqcompat');
  const encrypted = mode === 'require' || mode === 'verify-ca' || mode === 'verify-full';
  if (encrypted) address.searchParams.set('sslmode', 'verify-full');
  return { url: address.href, encrypted };
}
