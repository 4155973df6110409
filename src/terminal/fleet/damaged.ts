import type { Standing } from '../../protocol/judge.ts';
import type { FacilityId, Instant, TerminalId } from '../../protocol/units.ts';
import { ownOrder } from './own-order.ts';

/**
 * What stands where the kept orders were damaged: it is not known whether there was a lockdown, so there is one,
 * until somebody orders this terminal open anew. Orders from before are too old to do that.
 */
export function standingWhenDamaged(facility: FacilityId, terminal: TerminalId, now: Instant): Standing {
  const reason = 'the lockdown kept on this terminal was damaged: order the terminal open';
  return { orders: [ownOrder({ kind: 'terminal', facility, terminal }, 'lockdown', reason, now)], sequences: {} };
}
