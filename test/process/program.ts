import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { Lines } from './lines.ts';

/** The very first start of the embedded database makes it: many seconds of work on a busy machine, ms. */
const LIMIT = 120_000;

/** A compiled program of ours in a process of its own. */
export class Program {
  readonly #said = new Lines();
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  /** Starts `node dist/<script> <args>`, by a program that is given it where there is one. `npm test` compiles first. */
  constructor(
    script: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    by: readonly string[] = [],
  ) {
    const [command = '', ...rest] = [...by, process.execPath, join(packageRoot(), 'dist', script), ...args];
    this.#child = spawn(command, rest, {
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#said.push(text));
    }
  }

  /** What it has said, oldest first. */
  get lines(): readonly string[] {
    return this.#said.kept;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves at the first line, past or to come, that matches. Rejects with the last lines when none comes. */
  async until(pattern: RegExp): Promise<string> {
    const ended = async (): Promise<never> => {
      await this.#exit;
      // What it said last may still be on its way.
      await turn();
      throw new Error(`it ended before ${pattern}:\n${this.#said.last(15)}`);
    };
    return Promise.race([this.#said.until(pattern, { limit: LIMIT }), ended()]);
  }

  /** Types at its keyboard. */
  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Stops it where it stands (SIGSTOP), or lets it go on (SIGCONT). */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Ends the process and resolves with its exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.running) this.#child.kill(signal);
    return this.ended();
  }

  /** Resolves with the exit code when the process is over. */
  async ended(): Promise<number | null> {
    await this.#exit;
    return this.#child.exitCode;
  }
}

/** `tierphone …` as a technician would start it. */
export const tierphone = (...args: string[]): Program => new Program('src/cli/main.js', args);
