import type { Logger } from 'pino';
import type { Control } from '../context.ts';
import { repeat } from '../repeat.ts';
import { sweep } from './sweep.ts';

/**
 * Sweeps again and again, first when twice the validity has passed since the start: what was not heard of
 * because nobody listened gets its time to be heard. Gives what stops it, once the sweep under way is over.
 */
export function startSweeping(control: Control, log: Logger): () => Promise<void> {
  const { validity, sweep: every } = control.credit;
  const once = async () => {
    try {
      const closed = await sweep(control);
      if (closed > 0) log.warn({ closed }, 'calls were closed that were not heard of: their records will correct them');
    } catch (err) {
      log.error({ err }, 'calls not heard of could not be closed: it is tried again');
    }
  };
  return repeat(once, { first: 2 * validity, every });
}
