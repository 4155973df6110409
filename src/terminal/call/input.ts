import type { CoreEvent } from './event.ts';

/**
 * An event as a phase sees it: it belongs to this call, its timer was running, what was said was being said. `said`
 * names the ear instead of the number.
 */
export type Input =
  | Exclude<CoreEvent, { type: 'said' | 'timer' }>
  | { type: 'said'; to: 'caller' | 'callee' }
  | Pick<Extract<CoreEvent, { type: 'timer' }>, 'type' | 'timer'>;
