import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readYaml } from '../../src/cli/file.ts';
import { makeKeys } from '../../src/cli/keys.ts';
import { OrderPrivateKey, type RootPrivateKey } from '../../src/protocol/keys.ts';
import { HotlineList } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { signHotlines } from '../../src/protocol/signing.ts';
import { FacilityId, type Instant } from '../../src/protocol/units.ts';
import type { Passwords } from './broker.ts';

/** Where things of a world are found: what differs from one start to the next. */
export interface Places {
  readonly folder: string;
  readonly brokerPort: number;
  readonly passwords: Passwords;
  /** The called party, who is registrar and trunk as well. */
  readonly sip: {
    readonly address: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly register?: boolean;
    /** The terminal's own SIP port; a free one where not given. */
    readonly localPort?: number;
  };
  /** Path of the board file. */
  readonly board: string;
  /** The terminal's rules, as written in its file. */
  readonly call: Readonly<Record<string, unknown>>;
  /** Settings of the platform that differ, as written in its file. */
  readonly platform?: Readonly<Record<string, unknown>>;
  /** A PostgreSQL address, or null for the embedded database. */
  readonly postgres: string | null;
  readonly httpPort: number | null;
  /** Orders are believed by a set of keys that this root key signs; left out, by the one key of the folder. */
  readonly root?: RootPrivateKey;
}

export interface WorldFiles {
  /** The order that puts the phones in service, as the platform gives it. */
  readonly firstOrder: string;
  readonly terminal: string;
  readonly platform: string;
  readonly orderKey: string;
}

export const FACILITY = FacilityId.parse('pine-river');
export const UNIT = 'B';
export const TERMINAL = 'B-1';
const ISSUER = 'control-room';

/** All that a world keeps in its folder, each phone's own included. */
const KEPT = /^(keys|database|terminal|hotlines\.jws|platform\.yaml|staff\.json|[AB]-\d|terminal(-[AB]-\d)?\.yaml)$/;

/** Forgets what a world that is closed has left in its folder; what is not a world's stays. */
export function forgetWorld(folder: string): void {
  for (const name of readdirSync(folder)) if (KEPT.test(name)) rmSync(join(folder, name), { recursive: true });
}

const siteFolder = () => join(packageRoot(), 'sim/site');

/**
 * Writes the files from which `tierphone terminal` and `tierphone platform` of a world are started, into its folder.
 * Keys and the signed hotlines are made once and kept.
 */
export async function writeWorldFiles(places: Places): Promise<WorldFiles> {
  const { folder, passwords } = places;
  const keys = join(folder, 'keys');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(keys, 'orders.key.json')))
    await makeKeys(keys, { facility: FACILITY, issuer: ISSUER, now: Date.now() as Instant });
  const voiceprints = join(keys, 'voiceprints');
  // Not in a folder that was made before there was such a thing.
  if (!existsSync(voiceprints)) writeFileSync(voiceprints, randomBytes(32).toString('base64url'), { mode: 0o600 });
  const orderKey = join(keys, 'orders.key.json');
  const hotlines = join(folder, 'hotlines.jws');
  const list = readYaml(join(siteFolder(), 'hotlines.yaml'), HotlineList);
  writeFileSync(hotlines, await signHotlines(list, places.root ?? readYaml(orderKey, OrderPrivateKey)));

  const url = `mqtt://127.0.0.1:${places.brokerPort}`;
  const trusted = places.root
    ? { root: 'keys/root.json' }
    : { keys: 'keys/orders.json', first: 'keys/first-order.jws' };
  const platform = {
    database: places.postgres ? { kind: 'postgres', url: places.postgres } : { kind: 'embedded', folder: 'database' },
    mqtt: { url, username: 'platform', password: passwords.platform },
    keys: {
      platform: 'keys/platform.key.json',
      pepper: 'keys/pepper',
      voiceprints: 'keys/voiceprints',
    },
    orders: { [FACILITY]: { ...trusted, hotlines: ['hotlines.jws'] } },
    ...(places.httpPort !== null && { http: { host: '127.0.0.1', port: places.httpPort } }),
    ...places.platform,
  };
  const files = {
    firstOrder: join(keys, 'first-order.jws'),
    terminal: join(folder, 'terminal.yaml'),
    platform: join(folder, 'platform.yaml'),
    orderKey,
  };
  writeTerminalFile(files.terminal, places);
  writeFileSync(files.platform, stringify(platform), { mode: 0o600 });
  return files;
}

/** Which phone of the site a file is for, and where it keeps what must outlive power. */
interface Phone {
  readonly unit: string;
  readonly terminal: string;
  readonly data: string;
}

type Wired = Pick<Places, 'brokerPort' | 'passwords' | 'sip' | 'board' | 'call' | 'root'>;

/** Writes the file from which `tierphone terminal` of one phone of the world is started: the one that a person has in his hand, unless another is named. */
export function writeTerminalFile(
  file: string,
  { brokerPort, passwords, sip, board, call, root }: Wired,
  { unit, terminal, data }: Phone = { unit: UNIT, terminal: TERMINAL, data: 'terminal' },
): void {
  const trunk = {
    name: 'exchange',
    domain: 'pine-river.test',
    server: { host: sip.address, port: sip.port },
    user: sip.user,
    password: sip.password,
    register: sip.register ?? true,
    // The called party is of this machine: it needs no hole kept open, and may be a script that expects no OPTIONS.
    keepAlive: 0,
  };
  const content = {
    ...{ facility: FACILITY, unit, terminal, board, data },
    sip: { trunks: [trunk], local: { address: '127.0.0.1', port: sip.localPort ?? 0 } },
    mqtt: { url: `mqtt://127.0.0.1:${brokerPort}`, username: terminal, password: passwords.terminals },
    keys: { platform: 'keys/platform.json', ...(root ? { root: 'keys/root.json' } : { orders: 'keys/orders.json' }) },
    hotlines: 'hotlines.jws',
    recordings: join(siteFolder(), 'recordings'),
    call,
  };
  writeFileSync(file, stringify(content), { mode: 0o600 });
}
