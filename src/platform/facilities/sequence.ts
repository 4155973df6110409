import type { Instant } from '../../protocol/units.ts';

/**
 * What follows `last` (0: nothing) on a topic where phones take only what is newer. Never below the time in seconds: a platform that was
 * restored does not know what it gave after its backup was made, and must be heard all the same.
 */
export const sequenceAfter = (last: number, at: Instant): number => Math.max(last + 1, Math.floor(at / 1_000));
