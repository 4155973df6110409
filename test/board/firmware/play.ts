import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import type { Key } from '../../../src/protocol/units.ts';
import { has } from './has.ts';

/** Whether Debian's g++ is on this machine. */
export const hasCompiler = has('g++');

/** Where the sketch is. */
export const SKETCH = join(packageRoot(), 'board/firmware/tierphone');

/** Places of keys on the keypad that `play.cpp` models, row by row. */
const LAYOUT = '123456789*0#';

/** The firmware's core, compiled with a model of its wires for this machine. */
export class Play {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tierphone-firmware-'));
  readonly program = join(this.#folder, 'play');

  /** Compiles it, with everything checked that g++ can check. */
  constructor() {
    const core = readdirSync(join(SKETCH, 'src')).filter((name) => name.endsWith('.cpp'));
    const sources = [
      ...core.map((name) => join(SKETCH, 'src', name)),
      join(packageRoot(), 'test/board/firmware/play.cpp'),
    ];
    const checks = ['-Wall', '-Wextra', '-Werror', '-fsanitize=undefined,bounds', '-fsanitize-undefined-trap-on-error'];
    execFileSync('g++', ['-std=gnu++11', '-O1', ...checks, '-o', this.program, ...sources]);
  }

  /** Runs a script in made-up time; what the board said, with the millisecond at which each line was out. */
  run(script: readonly string[]): { at: number; line: string }[] {
    const { status, stdout, stderr } = spawnSync(this.program, { input: `${script.join('\n')}\n`, encoding: 'utf8' });
    if (status !== 0) throw new Error(`play failed: ${stderr}`);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ({ at: Number.parseInt(line, 10), line: line.slice(line.indexOf(' ') + 1) }));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The command that closes or opens a key's contact. */
export function contact(key: Key, closed: boolean): string {
  const place = LAYOUT.indexOf(key);
  return `key ${Math.floor(place / 3)} ${place % 3} ${closed ? 1 : 0}`;
}

/** The command by which the board hears a line of the terminal. */
export const say = (line: string): string => `say ${Buffer.from(line, 'latin1').toString('hex')}`;

/** The firmware running, with its serial line at `path`. */
export class Playing {
  readonly path: string;
  /** What the line does to bytes on their way, either way. */
  line: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  readonly #board: ChildProcess;
  #pty: ChildProcess | null = null;

  /** Power on; its time goes `speed` times as fast as ours. */
  constructor(play: Play, path: string, speed = 1) {
    this.path = path;
    this.#board = spawn(play.program, ['live', String(speed)], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
    this.#board.stdout?.on('data', (bytes: Buffer) => this.#pty?.stdin?.write(this.line(bytes)));
    for (const stream of [this.#board.stdin, this.#commands]) stream?.on('error', () => {});
  }

  /** Commands, done one after another in the board's time. */
  do(...commands: string[]): void {
    this.#commands.write(`${commands.join('\n')}\n`);
  }

  /** The board's processor stands still, or goes on. */
  freeze(frozen: boolean): void {
    this.#board.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Plugs in the cable: the line is at `path`. */
  async plug(): Promise<void> {
    const pty = spawn('socat', [`pty,raw,echo=0,link=${this.path}`, 'STDIO'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#pty = pty;
    pty.stdin.on('error', () => {});
    pty.stdout.on('data', (bytes: Buffer) => this.#board.stdin?.write(this.line(bytes)));
    while (!lstatSync(this.path, { throwIfNoEntry: false })) {
      if (pty.exitCode !== null) throw new Error(`socat could not open a pty at ${this.path}`);
      await pause(10);
    }
  }

  /** Pulls the cable. The board has power still. */
  async unplug(): Promise<void> {
    const pty = this.#pty;
    this.#pty = null;
    if (pty) await end(pty);
    rmSync(this.path, { force: true });
  }

  async close(): Promise<void> {
    await this.unplug();
    await end(this.#board);
  }

  get #commands(): Writable {
    return this.#board.stdio[3] as Writable;
  }
}

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}
