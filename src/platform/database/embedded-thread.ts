import { parentPort, workerData } from 'node:worker_threads';
import { servePglite } from './pglite.ts';

// PGlite computes for seconds at its start and milliseconds a statement: in a thread of its own nobody waits for it.
const server = await servePglite(String(workerData));
parentPort?.once('message', () => {
  void server.close().then(() => parentPort?.close());
});
parentPort?.postMessage(server.host);
