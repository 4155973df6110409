import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Key } from '../../../src/protocol/units.ts';
import { Lines } from '../../../src/terminal/hardware/serial/lines.ts';
import {
  type BoardMessage,
  decodeTerminal,
  encodeBoard,
  type TerminalMessage,
} from '../../../src/terminal/hardware/serial/message.ts';

/** Whether Debian's socat, which opens the pty, is on this machine. */
export const hasSocat = spawnSync('socat', ['-V']).status === 0;

/** A serial keypad board played over a real pty: what a terminal opens as `path` is its line. It does not number its lines. */
export class PtyBoard {
  readonly path: string;
  /** What the terminal has said, oldest first. */
  readonly heard: TerminalMessage[] = [];
  /** Lines of the terminal that could not be read. */
  bad = 0;
  firmware = 'pty-1.0';
  /** What the line does to bytes on their way, either way. */
  line: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;
  #hook: 'on' | 'off' = 'on';
  #count = 0;
  #pty: ChildProcess | null = null;
  #beating: NodeJS.Timeout | null = null;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * A board plugged in at `path`, a name that must be free: handset down, beating once a second. A `line` given here is
   * there before the first beat, which otherwise waits in the pty, unspoilt, for who opens it. One that is `hung` never
   * beats: `hang` comes after the first beat, which a busy machine may bring to the terminal after it has opened the line.
   */
  static async open(path: string, line?: PtyBoard['line'], { hung = false } = {}): Promise<PtyBoard> {
    const board = new PtyBoard(path);
    if (line) board.line = line;
    await board.plug(hung);
    return board;
  }

  lift(): void {
    this.#move('off');
  }

  hangUp(): void {
    this.#move('on');
  }

  /** Moves the handset with its edge lost on the line: only beats tell. */
  moveUnseen(hook: 'on' | 'off'): void {
    this.#hook = hook;
  }

  down(key: Key): void {
    this.say({ type: 'key', key, edge: 'down' });
  }

  up(key: Key): void {
    this.say({ type: 'key', key, edge: 'up' });
  }

  press(key: Key): void {
    this.down(key);
    this.up(key);
  }

  /** Presses keys one after the other, as `1234#`, at a quick hand's speed. */
  async type(keys: string): Promise<void> {
    for (const key of keys) {
      this.press(key as Key);
      await pause(40);
    }
  }

  volume(direction: 'up' | 'down'): void {
    this.say({ type: 'volume', direction });
  }

  tamper(open: boolean): void {
    this.say({ type: 'tamper', open });
  }

  /** Puts a message on the line; lost when unplugged. */
  say(message: BoardMessage): void {
    this.noise(Buffer.from(encodeBoard(message), 'latin1'));
  }

  /** Puts any bytes on the line; lost when unplugged. */
  noise(bytes: Uint8Array): void {
    this.#pty?.stdin?.write(this.line(bytes));
  }

  beat(): void {
    this.say({ type: 'beat', count: this.#count++, hook: this.#hook, firmware: this.firmware });
  }

  /** Silence, with the line up: a board that hangs, and does not answer. Ends with `resume`. */
  hang(): void {
    if (this.#beating) clearInterval(this.#beating);
    this.#beating = null;
  }

  /** Beats once a second, as a board does, or as often as a test needs. */
  resume(every = 1_000): void {
    this.hang();
    this.beat();
    this.#beating = setInterval(() => this.beat(), every);
  }

  /** Power off and on: its count starts again and its lamps are dark. */
  restart(): void {
    this.#count = 0;
    this.beat();
  }

  /** Pulls the plug: the line hangs up and `path` is gone. */
  async unplug(): Promise<void> {
    this.hang();
    const pty = this.#pty;
    this.#pty = null;
    if (pty && pty.exitCode === null && pty.signalCode === null) {
      const gone = once(pty, 'exit');
      pty.kill('SIGKILL');
      await gone;
    }
    rmSync(this.path, { force: true });
  }

  /** Plugs it in again, at the same path. */
  async plug(hung = false): Promise<void> {
    await this.unplug();
    const pty = spawn('socat', [`pty,raw,echo=0,link=${this.path}`, 'STDIO'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#pty = pty;
    // The pipe breaks when the plug is pulled while something is on its way.
    pty.stdin.on('error', () => {});
    const lines = new Lines();
    pty.stdout.on('data', (bytes: Buffer) => {
      for (const line of lines.push(this.line(bytes))) this.#hear(line);
    });
    while (!lstatSync(this.path, { throwIfNoEntry: false })) {
      if (pty.exitCode !== null) throw new Error(`socat could not open a pty at ${this.path}`);
      await pause(10);
    }
    this.#count = 0;
    if (!hung) this.resume();
  }

  async close(): Promise<void> {
    await this.unplug();
  }

  #move(hook: 'on' | 'off'): void {
    this.#hook = hook;
    this.say({ type: 'hook', hook });
  }

  #hear(line: string): void {
    if (line === '\r') return;
    const decoded = decodeTerminal(line);
    if (!decoded.ok) {
      this.bad++;
      return;
    }
    this.heard.push(decoded.message);
    if (decoded.message.type === 'hello' && this.#beating) this.beat();
  }
}
