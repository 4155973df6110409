import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BehaviorSubject, filter, firstValueFrom, Subject, takeUntil, timeout } from 'rxjs';
import { parse, stringify } from 'yaml';
import { type Callee, startCallee } from '../../sim/callee/callee.ts';
import { type Broker, type Passwords, startBroker } from '../../sim/world/broker.ts';
import { TERMINAL, type WorldFiles, writeWorldFiles } from '../../sim/world/folder.ts';
import type { TerminalStatus } from '../../src/protocol/messages.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { PtyBoard } from '../terminal/hardware/pty-board.ts';
import { type Program, tierphone } from './program.ts';

type Online = Extract<TerminalStatus, { online: true }>;

const PIN = '10014821';
const NUMBER = '2025550123';
const LIMIT = 30_000;

/** A phone on a wall: the compiled terminal and platform as processes, a board played over a pty, a broker and a called party. */
export interface Wall {
  readonly folder: string;
  readonly files: WorldFiles;
  readonly board: PtyBoard;
  readonly broker: Broker;
  readonly callee: Callee;
  /** Ids of calls that a status has shown. */
  readonly callsSeen: ReadonlySet<string>;
  startTerminal(): Promise<Program>;
  startPlatform(...args: string[]): Promise<Program>;
  /** Resolves when the terminal's status is as wanted. */
  until(wanted: (status: Online) => boolean): Promise<Online>;
  /** Whoever waits for a status is turned away: what he waited for will not come. */
  forget(): void;
  /** Lifts, chooses English, keys PIN and number. */
  dial(pin?: string, number?: string): Promise<void>;
  /** Ends terminal and platform as a service manager does. */
  stopPrograms(): Promise<void>;
  close(): Promise<void>;
}

export interface WallOptions {
  readonly call?: Record<string, unknown>;
  /** Where the terminal's SIP goes instead of the called party. */
  readonly sip?: Partial<Parameters<typeof writeWorldFiles>[0]['sip']>;
  readonly audio?: Record<string, unknown>;
  readonly platform?: Record<string, unknown>;
  /** A broker in place of the embedded one, the passwords of its users `platform` and `staff`, and the terminal's user. */
  readonly broker?: { readonly open: Broker; readonly passwords: Passwords; readonly terminal: string };
}

export async function openWall(options: WallOptions = {}): Promise<Wall> {
  const folder = mkdtempSync(join(tmpdir(), 'tierphone-wall-'));
  const path = join(folder, 'board');
  const board = await PtyBoard.open(path);
  writeFileSync(
    join(folder, 'board.yaml'),
    stringify({
      name: 'a board on a pty',
      hardware: { kind: 'serial', path },
      audio: options.audio ?? { kind: 'none' },
    }),
  );
  const passwords = options.broker?.passwords ?? { platform: 'p', staff: 's', terminals: 't' };
  const broker = options.broker?.open ?? (await startBroker(passwords));
  const sip = { user: TERMINAL, password: 'secret' };
  const callee = await startCallee({ ...sip, realm: 'pine-river.example' });
  const files = await writeWorldFiles({
    folder,
    brokerPort: broker.port,
    passwords,
    sip: { ...sip, address: callee.address, port: callee.port, ...options.sip },
    board: join(folder, 'board.yaml'),
    call: options.call ?? {},
    platform: options.platform ?? {},
    postgres: null,
    httpPort: null,
  });
  if (options.broker) {
    const written = parse(readFileSync(files.terminal, 'utf8'));
    written.mqtt.username = options.broker.terminal;
    writeFileSync(files.terminal, stringify(written));
  }

  const status = new BehaviorSubject<Online | null>(null);
  const callsSeen = new Set<string>();
  broker.messages.subscribe(({ topic, payload }) => {
    if (!topic.endsWith(`/${TERMINAL}/status`)) return;
    const { body } = JSON.parse(payload.toString()) as { body: TerminalStatus };
    status.next(body.online ? body : null);
    if (body.online && body.call !== null) callsSeen.add(body.call);
  });
  const programs: Program[] = [];
  const start = async (program: Program, up: RegExp) => {
    programs.push(program);
    await program.until(up);
    return program;
  };
  const forgotten = new Subject<void>();
  const until = (wanted: (status: Online) => boolean) =>
    firstValueFrom(
      status.pipe(
        filter((now) => now !== null),
        filter(wanted),
        timeout(LIMIT),
        takeUntil(forgotten),
      ),
    );
  return {
    folder,
    files,
    board,
    broker,
    callee,
    callsSeen,
    startTerminal: () => start(tierphone('terminal', '--config', files.terminal), /terminal \S+ is up/),
    startPlatform: (...args) =>
      start(
        tierphone(
          'platform',
          '--config',
          files.platform,
          '--import',
          join(packageRoot(), 'sim/site/site.yaml'),
          ...args,
        ),
        /platform is up/,
      ),
    until,
    forget: () => forgotten.next(),
    async dial(pin = PIN, number = NUMBER) {
      board.lift();
      await until(({ phase }) => phase === 'language');
      await board.type('1');
      await until(({ phase }) => phase === 'pin');
      await board.type(pin);
      await until(({ phase }) => phase === 'number');
      await board.type(`${number}#`);
    },
    async stopPrograms() {
      for (const program of programs) await program.stop();
    },
    async close() {
      for (const program of programs) await program.stop('SIGKILL');
      await board.close();
      await callee.close();
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
