import { type MessagePort, workerData } from 'node:worker_threads';
import type { EngineOptions } from './messages.ts';
import { runEngine } from './run.ts';

// What runs in the worker: see start.ts.
const { port, options } = workerData as { port: MessagePort; options: EngineOptions };
runEngine(port, options);
