import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { LockdownOrder, lockdownName } from '../../protocol/lockdown.ts';
import { lockdownTopic } from '../../protocol/topics.ts';
import type { FacilityId, Instant, TerminalId } from '../../protocol/units.ts';

/** What a terminal keeps of the orders it was given. */
export const Standing = z.strictObject({
  /** The order in force of each scope. */
  orders: z.array(LockdownOrder).max(16),
  /** The highest sequence obeyed, by `issuer scope`. */
  sequences: z.record(z.string(), z.int()),
});
export type Standing = z.infer<typeof Standing>;

/** What a verified order does: nothing because it is known, nothing because it must not, or a new standing. */
export type Verdict =
  | { result: 'known' }
  | { result: 'refused'; reason: string }
  | { result: 'obeyed'; standing: Standing };

/**
 * Judges an order whose signature is good and that came on `topic`. Within one issuer and scope the sequence must
 * grow; an order by another issuer than the one in force must not have been given before it, else whoever has the
 * broker could lift a lockdown with an old order that this terminal never saw.
 */
export function judge(standing: Standing, order: LockdownOrder, topic: string): Verdict {
  if (lockdownTopic(order.scope) !== topic) return refused(`is for ${lockdownName(order.scope)}`);
  const current = standing.orders.find((other) => lockdownTopic(other.scope) === topic);
  if (isDeepStrictEqual(current, order)) return { result: 'known' };
  const source = `${order.issuer} ${lockdownName(order.scope)}`;
  const last = standing.sequences[source] ?? 0;
  if (order.sequence <= last) return refused(`replayed: its sequence is ${order.sequence}, ${last} was obeyed before`);
  if (current && current.issuer !== order.issuer && order.since < current.since) {
    return refused(`given before the order in force, which is by ${current.issuer}`);
  }
  return {
    result: 'obeyed',
    standing: {
      orders: [...standing.orders.filter((other) => other !== current), order],
      sequences: { ...standing.sequences, [source]: order.sequence },
    },
  };
}

const refused = (reason: string): Verdict => ({ result: 'refused', reason });

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
