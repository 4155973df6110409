import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';

const KEPT_LINES = 2_000;
/** The very first start of the embedded database makes it: many seconds of work on a busy machine, ms. */
const LIMIT = 120_000;

/** A compiled program of ours in a process of its own. */
export class Program {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #watchers = new Set<() => void>();

  /** Starts `node dist/<script> <args>`. `npm test` compiles first. */
  constructor(script: string, args: readonly string[]) {
    this.#child = spawn(process.execPath, [join(packageRoot(), 'dist', script), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        this.lines.push(...parts);
        this.lines.splice(0, Math.max(0, this.lines.length - KEPT_LINES));
        for (const watcher of this.#watchers) watcher();
      });
    }
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves at the first line, past or to come, that matches. Rejects with the last lines when none comes. */
  async until(pattern: RegExp): Promise<string> {
    let resolve: (line: string) => void = () => {};
    let reject: (error: Error) => void = () => {};
    const promise = new Promise<string>((yes, no) => {
      resolve = yes;
      reject = no;
    });
    const look = () => {
      const line = this.lines.find((candidate) => pattern.test(candidate));
      if (line !== undefined) resolve(line);
    };
    const fail = (why: string) => reject(new Error(`${why} before ${pattern}:\n${this.lines.slice(-15).join('\n')}`));
    const timer = setTimeout(() => fail('nothing came'), LIMIT);
    this.#watchers.add(look);
    void this.#exit.then(() => setImmediate(() => fail('it ended')));
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(look);
    });
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
