import type { LockdownOrder, LockdownScope } from '../../protocol/lockdown.ts';
import type { Instant } from '../../protocol/units.ts';

/** An order that a terminal gives itself, where it does not know enough to be open. */
export const ownOrder = (
  scope: LockdownScope,
  state: 'disabled' | 'lockdown',
  reason: string,
  since: Instant,
): LockdownOrder => ({
  ...{ scope, state, reason, since },
  mode: 'drain',
  // No key can have this name.
  issuer: '(this terminal)',
  sequence: 1,
  until: null,
});
