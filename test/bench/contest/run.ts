import type { Start, Task } from './contestant.ts';
import { feed } from './feed.ts';
import { type Arrival, deviations, Sink } from './sink.ts';
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

/** The first packets of each call, in which a process warms up, left out: two seconds. */
const WARM = 100;

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Lets a contestant hold `calls` calls for `seconds` after two to warm up. */
export async function run(start: Start, calls: number, seconds: number, task: Omit<Task, 'sinks'>): Promise<Run> {
  const sink = await Sink.open(calls);
  let arrivals: Arrival[] = [];
  const contestant = await start({ ...task, sinks: sink.ports });
  const feeding = feed(contestant.ends);
  await pause(WARM / 50);
  const [before, from] = [usageOf(contestant.pid), performance.now()];
  await pause(seconds);
  const after = usageOf(contestant.pid);
  const span = performance.now() - from;
  feeding.close();
  arrivals = await sink.end();
  await contestant.stop();
  const wanted = (arrivals.length - WARM * calls) / (calls * seconds * 50);
  return {
    deviations: deviations(arrivals, WARM),
    cpu: (after.cpu - before.cpu) / span,
    memory: after.memory,
    sent: wanted,
  };
}
