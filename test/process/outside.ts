import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { BehaviorSubject, filter, firstValueFrom, Subject, takeUntil, throwError, timeout } from 'rxjs';
import { parse, stringify } from 'yaml';
import { type Callee, startCallee } from '../../sim/callee/callee.ts';
import { bringSite } from '../../sim/world/bring-site.ts';
import { type Broker, startBroker } from '../../sim/world/broker.ts';
import { FACILITY, type Places, TERMINAL, type WorldFiles, writeWorldFiles } from '../../sim/world/folder.ts';
import { readYaml } from '../../src/cli/file.ts';
import { readPlatformConfig } from '../../src/cli/platform.ts';
import { Site } from '../../src/platform/facilities/site.ts';
import type { TerminalStatus } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { lockdownTopic } from '../../src/protocol/topics.ts';
import { type Program, tierphone } from './program.ts';

type Online = Extract<TerminalStatus, { online: true }>;

/** What its platform knows from its start. */
export const SITE = join(packageRoot(), 'sim/site/site.yaml');

const LIMIT = 30_000;

const missed = (limit: number, last: Online | null): string =>
  `the status was not as wanted within ${limit / 1_000} s; the last: ${last === null ? 'none' : JSON.stringify(last)}`;

/** All that a phone calls and is called by: broker, platform as a process, called party; and what its status says. */
export interface Outside {
  readonly folder: string;
  readonly files: WorldFiles;
  readonly broker: Broker;
  readonly callee: Callee;
  /** Ids of calls that a status has shown. */
  readonly callsSeen: ReadonlySet<string>;
  startPlatform(...args: string[]): Promise<Program>;
  /** Resolves when the terminal's status is as wanted; rejects when it is not within `limit` ms. */
  until(wanted: (status: Online) => boolean, limit?: number): Promise<Online>;
  /** The terminal is no more: whoever waits for a status is turned away, and its last one is forgotten. */
  forget(): void;
  /** Ends the platform, and what else of ours was started, as a service manager does. */
  stopPrograms(): Promise<void>;
  close(): Promise<void>;
}

interface Login {
  readonly username: string;
  readonly password: string;
}

export interface OutsideOptions {
  readonly folder: string;
  /** Path of the board file. */
  readonly board: string;
  readonly call?: Record<string, unknown>;
  /** Where the terminal's SIP goes instead of the called party. */
  readonly sip?: Partial<Places['sip']>;
  readonly platform?: Record<string, unknown>;
  /** A broker in place of the embedded one, and the accounts there. */
  readonly broker?: { readonly open: Broker } & Readonly<Record<'platform' | 'staff' | 'terminal', Login>>;
  /** Ports and address that are known before; free ones on loopback where not given. */
  readonly at?: { readonly address: string; readonly sip: number; readonly broker: number };
}

/** The first order stands before the phone is there, as at a site that was made before its phones were fitted. */
async function putInService(port: number, staff: Login, order: string): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { ...staff, clientId: staff.username });
  const topic = lockdownTopic({ kind: 'facility', facility: FACILITY });
  await client.publishAsync(topic, readFileSync(order, 'utf8'), { qos: 1, retain: true });
  await client.endAsync();
}

/** Opens it, the files for terminal and platform written to the folder. The platform is started by whoever wants it. */
export async function openOutside(options: OutsideOptions): Promise<Outside> {
  const { folder, at } = options;
  const own = {
    platform: { username: 'platform', password: 'p' },
    staff: { username: 'staff', password: 's' },
    terminal: { username: TERMINAL, password: 't' },
  };
  const { platform, staff, terminal } = options.broker ?? own;
  const passwords = { platform: platform.password, staff: staff.password, terminals: terminal.password };
  const broker = options.broker?.open ?? (await startBroker(passwords, at?.broker));
  const sip = { user: TERMINAL, password: 'secret' };
  const callee = await startCallee({
    ...sip,
    realm: 'pine-river.test',
    ...(at && { address: at.address, port: at.sip }),
  });
  const files = await writeWorldFiles({
    folder,
    brokerPort: broker.port,
    passwords,
    sip: { ...sip, address: callee.address, port: callee.port, ...options.sip },
    board: options.board,
    call: options.call ?? {},
    platform: options.platform ?? {},
    postgres: null,
    httpPort: null,
  });
  for (const [file, { username }] of [
    [files.terminal, terminal],
    [files.platform, platform],
  ] as const) {
    const written = parse(readFileSync(file, 'utf8'));
    written.mqtt.username = username;
    writeFileSync(file, stringify(written));
  }

  await putInService(broker.port, staff, files.firstOrder);

  const status = new BehaviorSubject<Online | null>(null);
  const callsSeen = new Set<string>();
  broker.messages.subscribe(({ topic, payload }) => {
    if (!topic.endsWith(`/${TERMINAL}/status`)) return;
    const { body } = JSON.parse(payload.toString()) as { body: TerminalStatus };
    status.next(body.online ? body : null);
    if (body.online && body.call !== null) callsSeen.add(body.call);
  });
  const programs: Program[] = [];
  let known = false;
  const forgotten = new Subject<void>();
  const until: Outside['until'] = (wanted, limit = LIMIT) =>
    firstValueFrom(
      status.pipe(
        filter((now) => now !== null),
        filter(wanted),
        timeout({ first: limit, with: () => throwError(() => new Error(missed(limit, status.value))) }),
        takeUntil(forgotten),
      ),
    );
  return {
    folder,
    files,
    broker,
    callee,
    callsSeen,
    async startPlatform(...args) {
      if (!known) await bringSite(readPlatformConfig(files.platform), readYaml(SITE, Site));
      known = true;
      const program = tierphone('platform', '--config', files.platform, ...args);
      programs.push(program);
      await program.until(/platform is up/);
      return program;
    },
    until,
    forget() {
      status.next(null);
      forgotten.next();
    },
    async stopPrograms() {
      for (const program of programs) await program.stop();
    },
    async close() {
      for (const program of programs) await program.stop('SIGKILL');
      await callee.close();
      await broker.close();
    },
  };
}
