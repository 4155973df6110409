import { performance } from 'node:perf_hooks';
import type { Instant } from '../protocol/units.ts';

/** Wall time that never goes back while a call is up. */
export interface Clock {
  now(): Instant;
  /** Takes over the wall clock's present idea; called between calls only. */
  settle(): void;
}

/**
 * A clock that runs on the monotonic timer from wherever the wall clock stood. A board without a battery boots in the past and
 * is set right later by NTP: a jump in mid-call would charge a family for years, so the jump is taken between calls.
 */
export function openClock(): Clock {
  let offset = Date.now() - performance.now();
  return {
    now: () => Math.round(performance.now() + offset) as Instant,
    settle: () => {
      offset = Date.now() - performance.now();
    },
  };
}
