import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Waits between two starts of a program that dies: doubling from the first to the last, ms. */
const FIRST_WAIT = 250;
const LAST_WAIT = 10_000;
/** One that lived this long was well: the next wait is the first again, ms. */
const WELL = 10_000;

/** Where it is, a program is killed by the kernel when the thread that started it is gone (prctl(2), PR_SET_PDEATHSIG). */
const SETPRIV = '/usr/bin/setpriv';

/** How a program's starts and ends are told. */
export interface ProgramListener {
  started(child: ChildProcess): void;
  /** What it said last on stderr, or how it ended. */
  died(detail: string): void;
}

/** One program, started again whenever it ends, until closed. */
export class Program {
  readonly #command: readonly string[];
  readonly #listener: ProgramListener;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #wait = FIRST_WAIT;
  #closed = false;

  constructor(command: readonly string[], listener: ProgramListener) {
    this.#command = command;
    this.#listener = listener;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill('SIGKILL'), 500);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      child.kill();
    });
  }

  #start(): void {
    const [program = '', ...args] = existsSync(SETPRIV)
      ? [SETPRIV, '--pdeathsig', 'KILL', '--', ...this.#command]
      : this.#command;
    const since = performance.now();
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-500);
    });
    // Writing to one that is going away fails before its end is told; the end is what counts.
    child.stdin.on('error', () => {});
    let over = false;
    const ended = (how: string) => {
      if (over) return;
      over = true;
      this.#child = null;
      if (this.#closed) return;
      const line = said.trim().split('\n').at(-1) ?? '';
      this.#listener.died(line ? `${how}: ${line}` : how);
      this.#again(performance.now() - since);
    };
    child.on('error', (cause) => ended(cause.message));
    child.on('close', (code, signal) => ended(signal ? `killed by ${signal}` : `left with code ${code}`));
    this.#listener.started(child);
  }

  #again(lived: number): void {
    if (lived > WELL) this.#wait = FIRST_WAIT;
    this.#timer = setTimeout(() => this.#start(), this.#wait);
    this.#wait = Math.min(LAST_WAIT, this.#wait * 2);
  }
}
