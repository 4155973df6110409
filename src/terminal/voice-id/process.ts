import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Models } from './loading.ts';
import type { Ask, Told } from './messages.ts';

export interface ProcessOptions {
  readonly program: URL | string;
  readonly models: Models;
  /** It must load within this, ms. */
  readonly loading: number;
}

/** How a process ended that was not told to. */
export interface Ended {
  readonly reason: 'died' | 'hung';
  readonly detail: string;
}

/** A line of stderr is no longer than this. */
const LINE = 300;

/** One process that hears voices, and the timer that ends it when it says nothing. */
export class VoiceProcess {
  /** Resolves when it is gone. */
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  #timer: NodeJS.Timeout | null = null;
  #hung: string | null = null;

  constructor({ program, models, loading }: ProcessOptions, told: (told: Told) => void) {
    // What it says on stdout is the library's talk. Nothing of our environment is for it: names and keys of others may stand there.
    const child = fork(program instanceof URL ? fileURLToPath(program) : program, [JSON.stringify(models)], {
      execArgv: ['--expose-gc', '--max-semi-space-size=1'],
      env: { LC_ALL: 'C', MALLOC_ARENA_MAX: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    this.#process = child;
    let last = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      last = text.trim().split('\n').at(-1)?.slice(-LINE) || last;
    });
    child.on('message', (message: Told) => {
      this.#rest();
      told(message);
    });
    this.ended = new Promise((resolve) => {
      const over = (how: string) => {
        this.#rest();
        if (this.#hung !== null) resolve({ reason: 'hung', detail: this.#hung });
        else resolve({ reason: 'died', detail: last === '' ? how : `${how}: ${last}` });
      };
      child.on('error', (cause) => over(cause.message));
      child.once('close', (code, signal) => over(signal ? `killed by ${signal}` : `left with code ${code}`));
    });
    this.#within(loading, 'has not loaded its models');
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Gives it an answer, to be heard within `patience` ms. */
  send(ask: Ask, patience: number): void {
    this.#within(patience, 'has not answered');
    // One that is going away does not take it: its end is what counts.
    this.#process.send(ask, () => undefined);
  }

  /** Ends it, whatever it does. */
  async end(): Promise<void> {
    this.#rest();
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  #within(patience: number, what: string): void {
    this.#timer = setTimeout(() => {
      this.#hung = `${what} for ${patience} ms`;
      this.#process.kill('SIGKILL');
    }, patience);
  }

  #rest(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
