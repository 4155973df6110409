import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is asked of a run. `from` leaves out the messages before it, to repeat one. */
export interface Order {
  seed: number;
  count: number;
  from?: number;
  progress?(done: number): void;
}

/** What a run came to; it rejects where something broke. */
export interface Outcome {
  count: number;
  /** Longest that a batch of messages took, ms, and the first of them. */
  longest: { ms: number; from: number };
  /** Heap after garbage collection when a tenth was done and at the end, bytes. */
  heap: { tenth: number; end: number };
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of heap that are in use. */
export function heapInUse(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** The seed of the `n`th message of a run: each can be made again without those before it. */
export const seedOf = (seed: number, n: number): number =>
  Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b);
