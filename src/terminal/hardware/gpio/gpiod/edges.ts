import { closeSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Libc } from './libc.ts';

/** What the thread says; `edges` is in the shared memory. */
export type EdgeNews = 'ready' | 'edges' | 'gone';

/** What the thread is given. */
export interface EdgeThread {
  /** The file of each input, which can be read when there was an edge. */
  readonly files: readonly number[];
  /** Can be read when the thread is to end. */
  readonly wake: number;
  /** [0]: inputs with an edge that has not been taken yet, a bit each; [1]: not 0 when the thread is to end. */
  readonly shared: Int32Array;
}

/** Edges that are waited for. */
export interface Edges {
  /** Ends the thread, at once even if the process is ending. Resolves when the lines are free. */
  close(): Promise<void>;
}

/**
 * Waits for edges in a thread of its own, which sleeps in the kernel: there is no polling, and nothing of the event
 * loop or its pool of threads is held up. `edge` is told inputs, `lost` once when a chip is gone or the thread dies.
 * The files are closed when the thread has ended. Resolves when it waits.
 */
export async function watchEdges(
  libc: Libc,
  files: readonly number[],
  on: { edge(input: number): void; lost(error: Error): void },
): Promise<Edges> {
  const wake = libc.eventfd();
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const data: EdgeThread = { files, wake, shared };
  const worker = new Worker(new URL('./edges-thread.js', import.meta.url), { workerData: data });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      for (const file of [...files, wake]) closeSync(file);
      resolve();
    });
  });
  let lost: Error | null = null;
  const lose = (error: Error) => {
    if (lost || Atomics.load(shared, 1) !== 0) return;
    lost = error;
    on.lost(error);
  };
  worker.on('error', lose);
  worker.on('exit', () => lose(new Error('the thread that waits for edges has ended')));
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: EdgeNews) => {
      if (message === 'ready') return resolve();
      if (message === 'gone') return lose(Object.assign(new Error('the chip is gone'), { code: 'ENODEV' }));
      const inputs = Atomics.exchange(shared, 0, 0);
      for (let input = 0; input < 32; input++) if (inputs & (1 << input)) on.edge(input);
    });
  });
  return {
    close: () => {
      if (Atomics.exchange(shared, 1, 1) === 0) writeSync(wake, new Uint8Array(new BigUint64Array([1n]).buffer));
      return ended;
    },
  };
}
