import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Waits between two starts of a program that dies: doubling from the first to the last, ms. */
const FIRST_WAIT = 250;
const LAST_WAIT = 4_000;
/** One that lived this long was well: the next wait is the first again, ms. */
const WELL = 10_000;

/** A line of stderr is no longer than this. */
const LINE = 500;

/** Where it is, a program is killed by the kernel when the thread that started it is gone (prctl(2), PR_SET_PDEATHSIG). */
const SETPRIV = '/usr/bin/setpriv';

/** How a program's starts and ends are told. */
export interface ProgramListener {
  started(child: ChildProcess): void;
  /** What it said last on stderr, or how it ended. */
  died(detail: string): void;
  /** A line it wrote to stderr. */
  said?(line: string): void;
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

  /** Null while it is not running. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Ends it, to be started again. */
  renew(): void {
    this.#child?.kill('SIGKILL');
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
    // Messages in English: they are read by us.
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child = child;
    let last = '';
    let rest = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-LINE);
      for (const line of lines.map((line) => line.trim().slice(-LINE)).filter((line) => line !== '')) {
        last = line;
        this.#listener.said?.(line);
      }
    });
    // Writing to one that is going away fails before its end is told; the end is what counts.
    child.stdin.on('error', () => {});
    let over = false;
    const ended = (how: string) => {
      if (over) return;
      over = true;
      this.#child = null;
      if (this.#closed) return;
      const line = rest.trim() || last;
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
