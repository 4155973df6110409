import { constants, setPriority } from 'node:os';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { EngineOptions } from './messages.ts';
import { runEngine } from './run.ts';

/** On Linux this is of the calling thread alone: it goes before the main thread, and before other programs. */
function goFirst(): void {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGH);
  } catch {
    // Not allowed without CAP_SYS_NICE or LimitNICE: then sound competes as all else does.
  }
}

// What runs in the worker: see start.ts.
const { port, options } = workerData as { port: MessagePort; options: EngineOptions };
goFirst();
runEngine(port, options);
