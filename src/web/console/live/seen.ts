import type { LivePhone } from '../../../protocol/api/live.ts';
import type { State } from './state.ts';

/** A phone and what follows from how it is. */
export interface Seen {
  readonly phone: LivePhone;
  readonly state: State;
  readonly look: boolean;
}
