// What runs in the thread of edges.ts.
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { EdgeNews, EdgeThread } from './edges.ts';
import { bindLibc } from './libc.ts';
import { EVENT_BYTES } from './uapi.ts';

const { files, wake, shared } = workerData as EdgeThread;
const libc = bindLibc();
/** As many as the kernel keeps of one line. */
const events = Buffer.alloc(16 * EVENT_BYTES);

const tell = (news: EdgeNews) => parentPort?.postMessage(news);

tell('ready');
for (;;) {
  const [, ...found] = libc.poll([wake, ...files]);
  if (Atomics.load(shared, 1) !== 0) break;
  if (found.includes('gone')) {
    tell('gone');
    break;
  }
  let inputs = 0;
  for (const [input, file] of files.entries()) {
    if (found[input] !== 'readable') continue;
    // What the events say is of no interest: whoever is told reads the level.
    readSync(file, events);
    inputs |= 1 << input;
  }
  // One message at most is on its way, however many edges noise makes.
  if (inputs !== 0 && Atomics.or(shared, 0, inputs) === 0) tell('edges');
}
