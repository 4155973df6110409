import { join } from 'node:path';
import { packageRoot } from '../../protocol/package-root.ts';
import { CANNOT, type Cannot } from '../../protocol/voice-check.ts';
import { CannotLoad, type Models } from './loading.ts';
import type { Told } from './messages.ts';
import { modelsIn } from './models.ts';
import type { Analysis, Counts, Piece, VoiceId } from './port.ts';
import { VoiceProcess } from './process.ts';

export interface EngineOptions {
  /** Where the models and their list are; ours unless said. */
  readonly folder?: string;
  /** The compiled `voice-child.js`; the one beside this file unless said. */
  readonly program?: URL | string;
  /** A process that has not answered for so long is hung, ms. */
  readonly patience?: number;
  /** Its models must be loaded within this, ms. */
  readonly loading?: number;
  /** Answers after which a process is replaced. */
  readonly answers?: number;
  /** Memory with which a process is replaced, bytes. */
  readonly memory?: number;
}

/** Answers that may wait for another to be heard: one phone has one caller. */
const WAITING = 8;

interface Waiting {
  readonly answer: Int16Array;
  readonly of: Piece;
  readonly resolve: (analysis: Analysis) => void;
}

/** Starts nothing yet: the process is there from the first answer, or `warm`, on. */
export function voiceId(options: EngineOptions = {}): Engine {
  return new Engine({
    folder: join(packageRoot(), 'src/terminal/voice-id/models'),
    program: new URL('./voice-child.js', import.meta.url),
    patience: 30_000,
    loading: 30_000,
    answers: 5_000,
    memory: 100 * 2 ** 20,
    ...options,
  });
}

/** One process at a time, started when it is wanted and replaced when it dies, hangs or has grown. */
export class Engine implements VoiceId {
  readonly #options: Required<EngineOptions>;
  readonly #queue: Waiting[] = [];
  readonly #cannot = Object.fromEntries(CANNOT.map((reason) => [reason, 0])) as Record<Cannot, number>;
  #analysed = 0;
  #started = 0;
  #process: VoiceProcess | null = null;
  #ready = false;
  /** The answer that the process has, by its number. */
  #current: (Waiting & { readonly id: number }) | null = null;
  #id = 0;
  #answered = 0;
  #closed = false;

  constructor(options: Required<EngineOptions>) {
    this.#options = options;
  }

  get counts(): Counts {
    return { analysed: this.#analysed, cannot: { ...this.#cannot }, started: this.#started };
  }

  /** Of the process; null while there is none. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  warm(): void {
    if (!this.#closed && !this.#process) this.#start();
  }

  analyse(answer: Int16Array, of: Piece = 'answer'): Promise<Analysis> {
    return new Promise((resolve) => {
      const waiting = { answer, of, resolve };
      if (this.#closed) this.#give(waiting, cannot('closed', 'voice-ID is closed'));
      else if (this.#queue.length >= WAITING) this.#give(waiting, cannot('busy', `${WAITING} answers wait already`));
      else {
        this.#queue.push(waiting);
        this.#next();
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const waiting = [...(this.#current ? [this.#current] : []), ...this.#queue.splice(0)];
    this.#current = null;
    for (const each of waiting) this.#give(each, cannot('closed', 'voice-ID was closed'));
    await this.#process?.end();
  }

  #next(): void {
    if (this.#closed || this.#current) return;
    const [first] = this.#queue;
    if (!first) return;
    if (!this.#process) this.#start();
    else if (this.#ready) {
      this.#queue.shift();
      this.#current = { ...first, id: ++this.#id };
      this.#process.send({ id: this.#current.id, answer: first.answer, of: first.of }, this.#options.patience);
    }
  }

  /** Where there is no list of models, the answer it is started for cannot be judged. */
  #start(): void {
    const models = this.#models();
    if (!models) return;
    this.#ready = false;
    this.#answered = 0;
    this.#started += 1;
    const { program, loading } = this.#options;
    const process = new VoiceProcess({ program, models, loading }, (told) => this.#hear(process, told));
    this.#process = process;
    void process.ended.then(({ reason, detail }) => this.#gone(process, reason, detail));
  }

  #models(): Models | null {
    try {
      return modelsIn(this.#options.folder);
    } catch (error) {
      if (!(error instanceof CannotLoad)) throw error;
      const first = this.#queue.shift();
      if (first) this.#give(first, cannot(error.reason, error.message));
      this.#next();
      return null;
    }
  }

  #hear(process: VoiceProcess, told: Told): void {
    if (process !== this.#process) return;
    if (told.type === 'cannot') {
      this.#gone(process, told.reason, told.detail);
      return;
    }
    if (told.type === 'ready') this.#ready = true;
    else this.#answer(process, told);
    this.#next();
  }

  #answer(process: VoiceProcess, told: Extract<Told, { id: number }>): void {
    const current = this.#current;
    if (current?.id !== told.id) return;
    this.#current = null;
    this.#answered += 1;
    if (told.type === 'features') this.#give(current, { judged: true, features: told.features });
    else this.#give(current, cannot('failed', told.detail));
    if (this.#answered >= this.#options.answers || told.rss >= this.#options.memory) this.#renew(process);
  }

  /** In the pause between two answers: the next one finds the models loaded. */
  #renew(process: VoiceProcess): void {
    void process.end();
    this.#start();
  }

  /** The answer it had cannot be judged; where it had none, the one it was started for. The others have a process of their own. */
  #gone(process: VoiceProcess, reason: Cannot, detail: string): void {
    if (process !== this.#process) return;
    void process.end();
    this.#process = null;
    const concerned = this.#current ?? (this.#ready ? undefined : this.#queue.shift());
    this.#current = null;
    if (concerned) this.#give(concerned, cannot(reason, detail));
    this.#next();
  }

  #give({ resolve }: Waiting, analysis: Analysis): void {
    if (analysis.judged) this.#analysed += 1;
    else this.#cannot[analysis.reason] += 1;
    resolve(analysis);
  }
}

const cannot = (reason: Cannot, detail: string): Analysis => ({ judged: false, reason, detail });
