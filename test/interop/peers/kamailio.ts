import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import type { Certificate } from './certificates.ts';
import { freePair, type Program, start } from './program.ts';

const run = promisify(execFile);

/** What a Kamailio is to be. */
export interface KamailioOptions {
  /** Of every user; without it they have accounts of their own. */
  readonly password?: string;
  /** The accounts: address of a PostgreSQL database with Kamailio's tables, and where bindings are: in memory (0), there too (1, 2) or there alone (3). */
  readonly accounts?: { readonly database: string; readonly bindings: 0 | 1 | 2 | 3 };
  /** Users are told apart by their domain too, and by capital letters. */
  readonly wholeNames?: boolean;
  /** Its port, with the next for TLS; a free one where not given. */
  readonly port?: number;
  /** Where all numbers are sent to, as `sip:127.0.0.1:5060`. */
  readonly callee?: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** Seconds a binding lasts at most, and a nonce. */
  readonly expires?: number;
  readonly nonceExpires?: number;
  /** How many of the first crypto suites of an offer it hides from the callee. */
  readonly hiddenSuites?: 0 | 1 | 2;
  /** For TLS: its certificate, the authority of its clients, and whether it lets in none without a certificate. */
  readonly tls?: { readonly own: Certificate; readonly authority: string; readonly clientCertificate?: boolean };
}

/** A Kamailio as registrar and proxy on loopback: a carrier that knows one number. */
export interface Kamailio {
  /** Where it takes SIP over UDP and TCP; over TLS on the port after. */
  readonly port: number;
  readonly tlsPort: number;
  /** Contacts it has for its users: their URIs. */
  contacts(): Promise<string[]>;
  /** New requests of a method that came since it was last started; `registered`: REGISTER with the right password. */
  seen(method: 'REGISTER' | 'INVITE' | 'OPTIONS' | 'registered'): Promise<number>;
  /** From now on it answers calls with a status, or passes them on again (0). */
  answer(status: 0 | 503): Promise<void>;
  /** Dies, and all its bindings and connections with it. */
  kill(): Promise<void>;
  /** Comes back where it was. */
  restart(): Promise<void>;
  /** All it has written since it was last started. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts a Kamailio (Debian kamailio, and kamailio-tls-modules where it is to speak TLS). */
export async function startKamailio(options: KamailioOptions): Promise<Kamailio> {
  const folder = await mkdtemp(join(tmpdir(), 'kamailio-'));
  const port = options.port ?? (await freePair());
  const args = await argumentsOf(options, folder, port);
  const control = `unix:${join(folder, 'control')}`;
  const ask = async (...words: string[]) => (await run('kamcmd', ['-s', control, ...words])).stdout;
  let program: Program;
  const begin = async () => {
    await rm(join(folder, 'control'), { force: true });
    program = start('kamailio', args, folder, socketOf(options.accounts?.database));
    await program.ready('Kamailio to take commands', () =>
      ask('core.uptime').then(
        () => true,
        () => false,
      ),
    );
  };
  await begin();
  return {
    port,
    tlsPort: port + 1,
    async contacts() {
      return [...(await ask('ul.dump')).matchAll(/Address: (\S+)/g)].map(([, uri]) => uri ?? '');
    },
    async seen(key) {
      const found = await ask('htable.get', 'seen', key).catch(() => '');
      return Number(/value: (\d+)/.exec(found)?.[1] ?? 0);
    },
    async answer(status) {
      await ask('htable.seti', 'answer', 'invite', String(status));
    },
    kill: () => program.stop(),
    restart: begin,
    output: () => program.output(),
    async stop() {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function argumentsOf(options: KamailioOptions, folder: string, port: number): Promise<string[]> {
  const { tls, hiddenSuites = 0 } = options;
  const strings = {
    PASSWORD: options.password ?? '',
    ...(options.accounts && { DATABASE: kamailiosAddress(options.accounts.database) }),
    CALLEE: options.callee ?? 'sip:127.0.0.1:9',
    ALGORITHM: options.algorithm ?? 'MD5',
    CONTROL: `unix:${join(folder, 'control')}`,
    ...(hiddenSuites > 0 ? { HIDDEN_1: 'a=crypto:1 ' } : {}),
    ...(hiddenSuites > 1 ? { HIDDEN_2: 'a=crypto:2 ' } : {}),
    ...(tls ? { CERTIFICATE: tls.own.certificate, KEY: tls.own.key, AUTHORITY: tls.authority } : {}),
  };
  const numbers = {
    BINDINGS: options.accounts?.bindings ?? 0,
    EXPIRES: options.expires ?? 300,
    NONCE_EXPIRES: options.nonceExpires ?? 300,
  };
  const flags = tls ? ['WITH_TLS', ...(tls.clientCertificate ? ['CLIENT_CERTIFICATE'] : [])] : [];
  if (options.wholeNames) flags.push('WHOLE_NAMES');
  const defines = [
    ...flags,
    ...Object.entries(strings).map(([name, value]) => `${name}="${value}"`),
    ...Object.entries(numbers).map(([name, value]) => `${name}=${value}`),
  ];
  return [
    ...['-f', join(packageRoot(), 'test/interop/peers/kamailio.cfg'), '-L', await modules()],
    ...['-DD', '-E', '-Y', folder, '-m', '16', '-M', '4'],
    ...['-l', `udp:127.0.0.1:${port}`, '-l', `tcp:127.0.0.1:${port}`],
    ...(tls ? ['-l', `tls:127.0.0.1:${port + 1}`] : []),
    ...defines.flatMap((define) => ['-A', define]),
  ];
}

/** A database as Kamailio names it, which knows no Unix sockets: libpq is told of that apart. */
function kamailiosAddress(url: string): string {
  const { username, pathname } = new URL(url);
  return `postgres://${username}@${pathname}`;
}

function socketOf(url: string | undefined): Record<string, string> {
  const folder = url === undefined ? null : new URL(url).searchParams.get('host');
  return folder === null ? {} : { PGHOST: folder };
}

/** Where Debian has its modules on this kind of machine. */
async function modules(): Promise<string> {
  const { stdout } = await run('dpkg', ['-L', 'kamailio']);
  const file = stdout.split('\n').find((line) => line.endsWith('/modules/tm.so'));
  if (!file) throw new Error('the Debian package kamailio has no modules');
  return dirname(file);
}
