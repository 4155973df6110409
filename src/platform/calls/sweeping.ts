import type { Logger } from 'pino';
import type { Control } from '../context.ts';
import { sweep } from './sweep.ts';

/**
 * Sweeps again and again, first when twice the validity has passed since the start: what was not heard of
 * because nobody listened gets its time to be heard. Gives what stops it, once the sweep under way is over.
 */
export function startSweeping(control: Control, log: Logger): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const once = async () => {
    try {
      const closed = await sweep(control);
      if (closed > 0) log.warn({ closed }, 'calls were closed that were not heard of: their records will correct them');
    } catch (err) {
      log.error({ err }, 'calls not heard of could not be closed: it is tried again');
    }
    if (!stopped) schedule(control.credit.sweep);
  };
  const schedule = (ms: number) => {
    timer = setTimeout(() => {
      running = once();
    }, ms);
  };
  schedule(2 * control.credit.validity);
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
