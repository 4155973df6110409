import type { Start, Task } from './contestant.ts';
import { feed } from './feed.ts';
import { deviations, Sink } from './sink.ts';
import { usageOf } from './usage.ts';

/** What one run found. */
export interface Run {
  /** How far each packet sent was from 20 ms after the one before, ms. */
  readonly deviations: readonly number[];
  /** Part of a core. */
  readonly cpu: number;
  /** MB. */
  readonly memory: number;
  /** Part of the packets due that came. */
  readonly sent: number;
}

/** How much is run, and how long before anything is measured. */
export interface Length {
  readonly calls: number;
  readonly seconds: number;
  /** Seconds in which a process warms up. */
  readonly warm: number;
}

/** Waits for `seconds`. */
export const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Lets a contestant hold its calls. */
export async function run(start: Start, { calls, seconds, warm }: Length, task: Omit<Task, 'sinks'>): Promise<Run> {
  const sink = await Sink.open(calls);
  const contestant = await start({ ...task, sinks: sink.ports });
  const feeding = feed(contestant.ends);
  await pause(warm);
  const [before, from] = [usageOf(contestant.pid), performance.now()];
  await pause(seconds);
  const after = usageOf(contestant.pid);
  const span = performance.now() - from;
  feeding.close();
  const arrivals = await sink.end();
  await contestant.stop();
  const wanted = (arrivals.length - 50 * warm * calls) / (calls * seconds * 50);
  return {
    deviations: deviations(arrivals, 50 * warm),
    cpu: (after.cpu - before.cpu) / span,
    memory: after.memory,
    sent: wanted,
  };
}
