import type { Kysely } from 'kysely';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { Quota } from '../link/quota.ts';
import { type Actor, belongsTo } from './actor.ts';
import { type Act, leaveTrail } from './trail.ts';

/** Lines of one who is refused: so many at once, and a second after that. He fills no trail. */
const AT_ONCE = 5;
const A_SECOND = 1 / 20;

/** Leaves a line of what was refused, where not too many of the same were left already. */
export type Refusals = (who: Actor, facility: FacilityId | null, act: Act, at: Instant) => Promise<void>;

/** Lines of refusals, in measure; what is left out is told by the next line. */
export function openRefusals(db: Kysely<Schema>): Refusals {
  const lines = new Quota(AT_ONCE, A_SECOND);
  return async (who, facility, act, at) => {
    const untold = lines.take(who.id || who.from);
    if (untold === null) return;
    // In the trail of a facility stands what its own people tried.
    const chain = facility !== null && belongsTo(who, facility) ? facility : null;
    const after = untold > 0 ? { ...act.after, untold } : act.after;
    await db.transaction().execute((trx) => leaveTrail(trx, chain, who, { ...act, ...(after && { after }) }, at));
  };
}
