import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { LockdownOrder, lockdownName } from './lockdown.ts';
import { lockdownTopic } from './topics.ts';
import type { Instant } from './units.ts';

/** What is kept of the orders that were given: by a terminal of those over it, by the platform of those of one scope. */
export const Standing = z.strictObject({
  /** Of each scope: the last that opened it, and of each issuer the last that closed it and was not revoked since. */
  orders: z.array(LockdownOrder).max(256),
  /** The highest sequence obeyed, by `issuer scope`. */
  sequences: z.record(z.string(), z.int()),
});
export type Standing = z.infer<typeof Standing>;

/** What a verified order does: nothing because it is known, nothing because it must not, or a new standing. */
export type Verdict =
  | { result: 'known' }
  | { result: 'refused'; reason: string }
  | { result: 'obeyed'; standing: Standing };

/** So far ahead of our clock an order may be given, ms: an issuer whose clock is off by more would disarm all others by his dates. */
const AHEAD = 600_000;
/** A clock that shows less was never set: nothing is held against it. */
const CLOCK_SET = Date.UTC(2026, 0, 1);

/**
 * Judges an order whose signature is good and that came on `topic`. Within one issuer and scope the sequence must grow. One that
 * closes is obeyed whatever others have ordered and when. One that opens must be newer than all that it opens, else whoever has the broker
 * could lift a lockdown with an old order that was never seen here. After `keyUntil`, the end of its key, none opens what was closed: whoever
 * finds an old key could date his order back.
 */
export function judge(
  standing: Standing,
  order: LockdownOrder,
  topic: string,
  now: Instant,
  keyUntil: Instant | null = null,
): Verdict {
  if (lockdownTopic(order.scope) !== topic) return refused(`is for ${lockdownName(order.scope)}`);
  if (standing.orders.some((other) => isDeepStrictEqual(other, order))) return { result: 'known' };
  const source = `${order.issuer} ${lockdownName(order.scope)}`;
  const last = standing.sequences[source] ?? 0;
  if (order.sequence <= last) return refused(`replayed: its sequence is ${order.sequence}, ${last} was obeyed before`);
  if (now > CLOCK_SET) {
    const ahead = Math.max(order.since, order.sequence) - now;
    if (ahead > AHEAD) return refused(`given ${Math.round(ahead / 60_000)} minutes from now: are the clocks right?`);
  }
  const isHere = (other: LockdownOrder): boolean => lockdownTopic(other.scope) === topic;
  const here = standing.orders.filter(isHere);
  const elsewhere = standing.orders.filter((other) => !isHere(other));
  const closed = here.some((other) => other.state !== 'open');
  if (order.state === 'open' && closed && keyUntil !== null && now - keyUntil > AHEAD)
    return refused(`came after the time of the key of ${order.issuer} was up: order it anew`);
  const newer = here.find(
    (other) => other.state !== 'open' && other.issuer !== order.issuer && order.since <= other.since,
  );
  if (order.state === 'open' && newer) return refused(`given before the order in force, which is by ${newer.issuer}`);
  // What opens a scope revokes all that closed it; what closes it takes the place of its issuer's last alone.
  const kept =
    order.state === 'open' ? [] : here.filter((other) => other.state === 'open' || other.issuer !== order.issuer);
  return {
    result: 'obeyed',
    standing: {
      orders: [...elsewhere, ...kept, order],
      sequences: { ...standing.sequences, [source]: order.sequence },
    },
  };
}

const refused = (reason: string): Verdict => ({ result: 'refused', reason });
