import type { Standing } from '../../protocol/judge.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import type { FacilityId, Instant, TerminalId } from '../../protocol/units.ts';

/**
 * What stands where the kept orders were damaged: it is not known whether there was a lockdown, so there is one,
 * until somebody orders this terminal open anew. Orders from before are too old to do that.
 */
export function standingWhenDamaged(facility: FacilityId, terminal: TerminalId, now: Instant): Standing {
  const order: LockdownOrder = {
    scope: { kind: 'terminal', facility, terminal },
    state: 'lockdown',
    mode: 'drain',
    reason: 'the lockdown kept on this terminal was damaged: order the terminal open',
    // No key can have this name.
    issuer: '(this terminal)',
    sequence: 1,
    since: now,
    until: null,
  };
  return { orders: [order], sequences: {} };
}
