import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What the wall did, and when: milliseconds of the kernel's monotonic clock. */
export interface WallEvent {
  readonly what: string;
  readonly which: string;
  readonly state: string;
  readonly at: number;
}

/** How long a key is held and let go, ms: an emulated processor takes ten times as long for it as a Pi. */
const HELD = 600;
const BETWEEN = 300;

const GONE = new Error('the wall is gone');

/** The same clock here. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The program that plays the phone on the lines of gpio-mockup: see guest/README.md. */
export class Wall {
  /** Everything it did since `take`. */
  #events: WallEvent[] = [];
  readonly #orders: Writable;
  readonly #gone: Promise<unknown>;
  /** Who waits for an answer; null where none comes any more. */
  #answers: { resolve(line: string): void; reject(why: Error): void }[] | null = [];

  private constructor(orders: Writable, answers: Readable) {
    this.#orders = orders;
    const lines = createInterface({ input: answers });
    this.#gone = new Promise<void>((resolve) =>
      lines.once('close', () => {
        for (const { reject } of this.#answers ?? []) reject(GONE);
        this.#answers = null;
        resolve();
      }),
    );
    // A machine whose plug is pulled resets its connections.
    lines.once('error', () => lines.close());
    lines.on('line', (line) => {
      const [kind, what = '', ...rest] = line.split(' ');
      if (kind !== 'event') return this.#answers?.shift()?.resolve(line);
      const [which = '', state = '', at = ''] = rest.length === 3 ? rest : ['', ...rest];
      this.#events.push({ what, which, state, at: Number(at) });
    });
  }

  /** Starts the program here. */
  static async start(path: string): Promise<Wall> {
    const child = spawn(path, []);
    child.stderr.pipe(process.stderr);
    return Wall.over(child.stdin, child.stdout);
  }

  /** One that has been started, wherever it runs. */
  static async over(orders: Writable, answers: Readable): Promise<Wall> {
    const wall = new Wall(orders, answers);
    await wall.#answer();
    return wall;
  }

  /** Gives an order and waits until it is done. Resolves with the answer. */
  async order(text: string): Promise<string> {
    const answer = this.#answer();
    this.#orders.write(`${text}\n`);
    const line = await answer;
    if (!line.startsWith('ok')) throw new Error(`the wall, to "${text}": ${line}`);
    return line;
  }

  /** Gives an order that moves a contact, and resolves with when that was: milliseconds of the machine's monotonic clock. */
  async at(order: string, what: string): Promise<number> {
    this.#events = [];
    await this.order(order);
    const moved = this.#events.find((event) => event.what === what);
    if (!moved) throw new Error(`the wall did not tell of "${order}"`);
    return moved.at;
  }

  lift(): Promise<unknown> {
    return this.order('hook off');
  }

  hangUp(): Promise<unknown> {
    return this.order('hook on');
  }

  /** Presses keys one after another, as slowly as an emulated phone can follow. */
  async type(keys: string): Promise<void> {
    for (const key of keys)
      for (const order of [`press ${key}`, `wait ${HELD}`, `release ${key}`, `wait ${BETWEEN}`])
        await this.order(order);
  }

  /** What it did since the last call. */
  take(): WallEvent[] {
    return this.#events.splice(0);
  }

  async stop(): Promise<void> {
    this.#orders.end('quit\n');
    await this.#gone;
  }

  #answer(): Promise<string> {
    const answers = this.#answers;
    if (!answers) return Promise.reject(GONE);
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  }
}
