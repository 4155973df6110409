import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What the wall did, and when: milliseconds of the kernel's monotonic clock. */
export interface WallEvent {
  readonly what: string;
  readonly which: string;
  readonly state: string;
  readonly at: number;
}

/** The same clock here. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** The program that plays the phone on the lines of gpio-mockup: see guest/README.md. */
export class Wall {
  /** Everything it did since `take`. */
  #events: WallEvent[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: ((line: string) => void)[] = [];

  private constructor(path: string) {
    this.#child = spawn(path, []);
    this.#child.stderr.pipe(process.stderr);
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const [kind, what = '', ...rest] = line.split(' ');
      if (kind !== 'event') return this.#answers.shift()?.(line);
      const [which = '', state = '', at = ''] = rest.length === 3 ? rest : ['', ...rest];
      this.#events.push({ what, which, state, at: Number(at) });
    });
  }

  static async start(path: string): Promise<Wall> {
    const wall = new Wall(path);
    await wall.#answer();
    return wall;
  }

  /** Gives an order and waits until it is done. Resolves with the answer. */
  async order(text: string): Promise<string> {
    const answer = this.#answer();
    this.#child.stdin.write(`${text}\n`);
    const line = await answer;
    if (!line.startsWith('ok')) throw new Error(`the wall, to "${text}": ${line}`);
    return line;
  }

  /** What it did since the last call. */
  take(): WallEvent[] {
    return this.#events.splice(0);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end('quit\n');
    await ended;
  }

  #answer(): Promise<string> {
    return new Promise((resolve) => this.#answers.push(resolve));
  }
}
