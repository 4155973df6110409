import type { Bound } from '../../protocol/call.ts';
import { between, type Instant, type Millis } from '../../protocol/units.ts';
import { opening, type Times } from '../facilities/hours.ts';

export interface Limit {
  readonly bound: Bound;
  readonly ms: Millis;
}

/** Everything that bounds a call but money. Null where a level has no limit or hours of its own. */
export interface Limits {
  readonly timeZone: string;
  readonly limits: readonly { readonly bound: Bound; readonly ms: Millis | null }[];
  readonly times: readonly Times[];
}

/** The most restrictive limit and when the hours end; null where it is outside some hours now. */
export function boundsAt(
  { timeZone, limits, times }: Limits,
  now: Instant,
): { limit: Limit; until: Instant | null } | null {
  let until: Instant | null = null;
  for (const some of times) {
    const state = opening(some, timeZone, now);
    if (!state.open) return null;
    if (state.until !== null && (until === null || state.until < until)) until = state.until;
  }
  const all = [...limits, { bound: 'hours' as const, ms: until === null ? null : between(now, until) }];
  const limit = all
    .filter((l): l is Limit => l.ms !== null)
    .reduce<Limit | null>((worst, l) => (worst === null || l.ms < worst.ms ? l : worst), null);
  if (!limit) throw new Error('a facility has no limit');
  return { limit, until };
}
