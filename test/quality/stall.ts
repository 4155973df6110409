import type { Played } from './contestant.ts';
import type { Sending } from './sender.ts';

/** A time in which the machine did not run what was due, ms of `performance.now()`. */
export interface Stall {
  readonly from: number;
  readonly to: number;
}

const FRAME_MS = 20;

/** What a buffer for a quiet network rides out, ms. */
const TOLERABLE = 25;

/** Speech sent this long before a stall may be under way in it, and what is sent this long after may still suffer from it, ms. */
const [BEFORE, AFTER] = [300, 500];

/** Stalls as the packets that left late and the ears that were without frames show them. */
export function stallsIn({ began, lateness }: Sending, ears: readonly (readonly Played[])[]): Stall[] {
  const sender = lateness.flatMap((late, n) => {
    const due = began + FRAME_MS * n;
    return late > TOLERABLE ? [{ from: due, to: due + late }] : [];
  });
  const heard = ears.flatMap((played) =>
    played.flatMap(({ at }, n) => {
      const from = (played[n - 1]?.at ?? at) + FRAME_MS;
      return at - from > TOLERABLE ? [{ from, to: at }] : [];
    }),
  );
  return [...sender, ...heard];
}

/** The longest of them, ms. */
export const longest = (stalls: readonly Stall[]): number =>
  stalls.reduce((most, { from, to }) => Math.max(most, to - from), 0);

/** Which of `count` frames sent from `began` on a stall may have touched. */
export function shadow(stalls: readonly Stall[], began: number, count: number): boolean[] {
  return Array.from({ length: count }, (_, frame) => {
    const sent = began + FRAME_MS * frame;
    return stalls.some(({ from, to }) => sent > from - BEFORE && sent < to + AFTER);
  });
}
