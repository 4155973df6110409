import { judge, type Standing } from '../../protocol/judge.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import type { Instant } from '../../protocol/units.ts';

/** What is kept of one lockdown topic: all that its orders say together, and the last of them as it was signed. */
export interface Kept {
  readonly standing: Standing;
  readonly jws: string;
}

/** An order that is to be believed, and until when its key counts; null where it has no end. */
export interface Believed {
  readonly order: LockdownOrder;
  readonly keyUntil: Instant | null;
}

const NOTHING: Standing = { orders: [], sequences: {} };

/** What a message on a lockdown topic is: what should stand there, an order that takes its place, or what must not stand there. */
export type Finding =
  | { readonly result: 'right' }
  | { readonly result: 'newer'; readonly kept: Kept }
  | { readonly result: 'wrong'; readonly reason: string };

/**
 * Weighs what came on `topic` as a phone would that has had all its orders so far.
 * @param order what `jws` carries and until when its key counts, or why it is not to be believed
 */
export function weigh(
  kept: Kept | null,
  jws: string,
  believed: Believed | Error,
  topic: string,
  now: Instant,
): Finding {
  if (kept?.jws === jws) return { result: 'right' };
  if (believed instanceof Error) return { result: 'wrong', reason: believed.message };
  const verdict = judge(kept?.standing ?? NOTHING, believed.order, topic, now, believed.keyUntil);
  switch (verdict.result) {
    case 'obeyed':
      return { result: 'newer', kept: { standing: verdict.standing, jws } };
    case 'known':
      return { result: 'wrong', reason: 'an earlier order stands in place of the last' };
    case 'refused':
      return { result: 'wrong', reason: verdict.reason };
  }
}
