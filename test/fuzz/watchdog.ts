import { Worker } from 'node:worker_threads';

/** Runs beside the main thread, which may hang: says at which message, and ends the process. */
const CODE = `
  const { workerData } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  const at = new Int32Array(workerData.shared);
  let last = -1;
  setInterval(() => {
    const now = Atomics.load(at, 0);
    if (now === last) {
      writeSync(2, 'hangs for ' + workerData.patience + ' ms at message ' + now + ' of seed ' + workerData.seed + '\\n');
      process.kill(process.pid, 'SIGKILL');
    }
    last = now;
  }, workerData.patience);
`;

/** Ends the process when no message is begun for `patience` ms, up to twice that. */
export class Watchdog {
  readonly #at = new Int32Array(new SharedArrayBuffer(4));
  readonly #worker: Worker;

  constructor(seed: number, patience = 30_000) {
    this.#worker = new Worker(CODE, { eval: true, workerData: { shared: this.#at.buffer, seed, patience } });
    this.#worker.unref();
  }

  /** Message `n` is begun. */
  begin(n: number): void {
    Atomics.store(this.#at, 0, n);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
