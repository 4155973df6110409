import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { bringSite } from '../../../sim/world/bring-site.ts';
import type { Broker } from '../../../sim/world/broker.ts';
import { FACILITY, writeWorldFiles } from '../../../sim/world/folder.ts';
import { readYaml } from '../../../src/cli/file.ts';
import { readPlatformConfig } from '../../../src/cli/platform.ts';
import { Site } from '../../../src/platform/facilities/site.ts';
import { type Kamailio, startKamailio } from '../../interop/peers/kamailio.ts';
import { freePort, has } from '../../interop/peers/program.ts';
import { hasPostgres } from '../../platform/postgres.ts';
import {
  hasTables,
  type KamailioDatabase,
  startKamailioDatabase,
} from '../../platform/terminals/exchange/kamailio-database.ts';
import { hasSocat } from '../../terminal/hardware/pty-board.ts';
import { Authority } from '../../terminal/telephony/sip/certificates.ts';
import { hasDeployable, Mosquitto } from '../mosquitto.ts';
import { SITE } from '../outside.ts';
import { type Program, tierphone } from '../program.ts';

/** Whether Debian's mosquitto, postgresql, kamailio (with kamailio-postgres-modules) and socat are here. */
export const hasClaimedSite = hasDeployable && hasPostgres && hasSocat && hasTables && has('kamailio');

const DOMAIN = 'pine-river.test';

/** A site whose phones are claimed: Mosquitto with their certificates, PostgreSQL, Kamailio with its database, and the platform's files. */
export interface ClaimedSite {
  readonly folder: string;
  readonly mosquitto: Mosquitto;
  /** All that phones say and are told. */
  readonly seen: Broker;
  readonly kamailio: Kamailio;
  /** Kamailio's tables, beside which the platform's are. */
  readonly exchange: KamailioDatabase;
  /** The platform's database. */
  readonly database: pg.Client;
  /** File (PEM): the authority of the broker's certificate. */
  readonly ca: string;
  /** Where the platform is found, and how it is known. */
  readonly platform: { readonly url: string; readonly fingerprint: string };
  /** As a service manager would; resolves when it is up. */
  startPlatform(): Promise<Program>;
  /** All that platforms have said. */
  said(): string[];
  close(): Promise<void>;
}

export interface ClaimedSiteOptions {
  /** Where Kamailio sends all numbers, as `sip:127.0.0.1:5060`. */
  readonly callee?: string;
  /** This machine as phones see it. */
  readonly at?: string;
  /** Phones' accounts at the exchange are the platform's to give; else their own files name one. */
  readonly gives?: boolean;
}

export async function openClaimedSite({
  callee,
  at = '127.0.0.1',
  gives = true,
}: ClaimedSiteOptions = {}): Promise<ClaimedSite> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-claim-'));
  const authority = new Authority();
  const exchange = await startKamailioDatabase();
  await exchange.rows('create database tierphone');
  const own = exchange.url.replace('/postgres?', '/tierphone?');
  const database = new pg.Client({ connectionString: own });
  await database.connect();
  const kamailio = await startKamailio({
    accounts: { database: exchange.url, bindings: 3 },
    ...(callee !== undefined && { callee }),
  });
  const httpPort = await freePort('tcp');
  const files = await writeWorldFiles({
    ...{ folder, brokerPort: 1, board: 'none', call: {}, postgres: own, httpPort },
    passwords: { platform: '', staff: '', terminals: '' },
    sip: { user: '', password: '', address: '127.0.0.1', port: kamailio.port },
  });
  const { files: tls } = authority.make({ names: `IP:127.0.0.1,IP:${at}` });
  const mosquitto = await Mosquitto.open({ tls: { ...tls, ca: authority.ca }, phones: join(folder, 'keys/ca.crt') });
  const { file: _, ...account } = await mosquitto.account('platform', 'platform-1');
  const written = parse(readFileSync(files.platform, 'utf8'));
  written.mqtt = {
    ...{ url: `mqtts://127.0.0.1:${mosquitto.port}`, ca: authority.ca, ...account },
    accounts: {
      ...{ username: 'broker-admin', password: 'secret' },
      phones: `mqtts://${at}:${mosquitto.phonesPort}`,
    },
  };
  written.keys.ca = 'keys/ca.pem';
  if (gives)
    written.exchange = {
      ...{ kind: 'kamailio', url: exchange.phones },
      trunk: { name: 'exchange', domain: DOMAIN, server: { host: '127.0.0.1', port: kamailio.port }, keepAlive: 0 },
    };
  writeFileSync(files.platform, stringify(written), { mode: 0o600 });
  await bringSite(readPlatformConfig(files.platform), readYaml(SITE, Site));
  const { keys } = JSON.parse(readFileSync(join(folder, 'keys/platform.json'), 'utf8'));
  const { kid: fingerprint } = keys.find(({ crv }: { crv: string }) => crv === 'Ed25519');
  const seen = await mosquitto.seenBy(await mosquitto.anybody(), `tierphone/v1/${FACILITY}/terminals/+/+`);
  const programs: Program[] = [];
  return {
    ...{ folder, mosquitto, seen, kamailio, exchange, database, ca: authority.ca },
    platform: { url: `http://127.0.0.1:${httpPort}`, fingerprint },
    async startPlatform() {
      const program = tierphone('platform', '--config', files.platform);
      programs.push(program);
      await program.until(/platform is up/);
      return program;
    },
    said: () => programs.flatMap(({ lines }) => lines),
    async close() {
      for (const program of programs) await program.stop('SIGKILL');
      await seen.close();
      await kamailio.stop();
      await database.end();
      await exchange.stop();
      authority.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
