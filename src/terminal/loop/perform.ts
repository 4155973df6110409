import type { Logger } from 'pino';
import type { Action } from '../call/action.ts';
import type { Drivers } from '../drivers.ts';
import type { Line } from './line.ts';
import { run } from './run.ts';

/**
 * Does the actions of a step one after another. One that fails stops none that follow; `stored` is told whether
 * the journal is written, at each change.
 */
export function performer(
  drivers: Drivers,
  line: Line,
  log: Logger,
  stored: (state: 'cleared' | 'raised', detail: string) => void,
): (actions: readonly Action[]) => Promise<void> {
  let storage: 'cleared' | 'raised' = 'cleared';
  const now = (state: 'cleared' | 'raised', detail: string) => {
    if (state === storage) return;
    storage = state;
    stored(state, detail);
  };
  return async (actions) => {
    for (const action of actions) {
      try {
        const written = run(action, line, drivers);
        if (!written) continue;
        await written;
        now('cleared', 'the journal is written again');
      } catch (error) {
        // Nothing that was to follow is left undone: a hang-up behind a full disk must still hang up.
        log.error({ err: error, action: action.type }, 'action failed');
        if (action.type === 'journal') now('raised', String(error));
      }
    }
  };
}
