import type { OrderKeys } from '../../protocol/keys.ts';
import type { LockdownOrder } from '../../protocol/lockdown.ts';
import { verifyOrder } from '../../protocol/signing.ts';
import { lockdownTopic } from '../../protocol/topics.ts';

/** An order that stands at the broker, or what stands there in place of one. */
export interface Standing {
  readonly topic: string;
  /** Null where it is not to be believed. */
  readonly order: LockdownOrder | null;
  /** Why not; null where it is. */
  readonly fault: string | null;
}

/** Reads what stands on each topic, as a phone that obeys `keys` would. */
export const readStanding = (standing: ReadonlyMap<string, string>, keys: OrderKeys): Promise<Standing[]> =>
  Promise.all(
    [...standing].map(async ([topic, jws]) => {
      try {
        const order = await verifyOrder(jws, keys);
        if (lockdownTopic(order.scope) === topic) return { topic, order, fault: null };
        return { topic, order: null, fault: 'an order for another scope stands there' };
      } catch (error) {
        return { topic, order: null, fault: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
