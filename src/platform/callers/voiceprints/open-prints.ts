import { LRUCache } from 'lru-cache';
import type { Instant } from '../../../protocol/units.ts';
import type { Enrolled } from './judge.ts';

/** Calls whose callers' prints are open at most; of more, the one that was longest not heard of is opened anew. About 10 kB each. */
const MOST = 2_000;
/** From one report of a watched call to the next, where its caller speaks, ms: after that it is over, or another platform's. */
const IDLE = 120_000;

interface Open {
  readonly made: Instant;
  readonly enrolled: Enrolled;
}

/** Prints ready to be compared with in the course of calls, so that each is decrypted once a call. In memory only. */
export class OpenPrints {
  readonly #open = new LRUCache<string, Open>({ max: MOST, ttl: IDLE, updateAgeOnGet: true, ttlAutopurge: true });

  /** The print of a call's caller that was `made` then, opened by `open` where it is not yet; `call` is the name of the call. */
  async of(
    call: string,
    made: Instant,
    open: () => Promise<Enrolled | null | 'unreadable'>,
  ): Promise<Enrolled | null | 'unreadable'> {
    const kept = this.#open.get(call);
    if (kept?.made === made) return kept.enrolled;
    const enrolled = await open();
    if (enrolled !== null && enrolled !== 'unreadable') this.#open.set(call, { made, enrolled });
    return enrolled;
  }

  /** He is compared no more. */
  close(call: string): void {
    this.#open.delete(call);
  }
}
