import { heapInUse, type Order, type Outcome } from './outcome.ts';
import { Watchdog } from './watchdog.ts';

/** How a run goes on: messages in a step, and after how many it is told and others have their turn. */
interface Pace {
  readonly step: number;
  readonly rest: number;
}

/** Does the messages of a run by `work`, which is given the first of each step, under a watchdog; rejects where one breaks something. */
export async function inSteps(
  { seed, count, from = 0, progress }: Order,
  { step, rest }: Pace,
  work: (n: number) => void | Promise<void>,
): Promise<Outcome> {
  const watchdog = new Watchdog(seed);
  const longest = { ms: 0, from: 0 };
  let tenth = 0;
  try {
    for (let n = from; n < from + count; n += step) {
      watchdog.begin(n);
      const before = performance.now();
      const working = work(n);
      if (working) await working;
      const ms = performance.now() - before;
      if (ms > longest.ms) Object.assign(longest, { ms, from: n });
      if (tenth === 0 && n - from >= count / 10) tenth = heapInUse();
      if ((n - from) % rest !== 0) continue;
      progress?.(n - from);
      // What is sent must leave the process, or it is that which grows.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { count, longest, heap: { tenth, end: heapInUse() } };
  } finally {
    await watchdog.close();
  }
}
