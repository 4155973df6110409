import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Rows beyond either edge of the window that are there all the same: a row that is reached by keyboard is there before it is seen. */
const BEYOND = 6;

/** Where each row of a list begins, and last where the list ends, px. */
export type Offsets = readonly number[];

/** The rows of which something lies between `top` and `bottom`, and a few beyond: from the first, up to before the second. */
function rowsWithin(offsets: Offsets, top: number, bottom: number): readonly [from: number, to: number] {
  const rows = offsets.length - 1;
  const at = (edge: number): number => {
    let low = 0;
    let high = rows;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((offsets[middle] ?? 0) <= edge) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return [Math.max(0, at(top) - BEYOND), Math.min(rows, at(bottom) + 1 + BEYOND)];
}

/** The rows of the list in `place` that are in the browser's window; looked at anew when it is scrolled or changes its size. */
export function useRowsInView(
  place: RefObject<HTMLElement | null>,
  offsets: Offsets,
): readonly [from: number, to: number] {
  const [[from, to], set] = useState<readonly [number, number]>([0, 0]);
  useEffect(() => {
    let frame: number | undefined;
    const look = (): void => {
      frame = undefined;
      const top = place.current?.getBoundingClientRect().top ?? 0;
      const next = rowsWithin(offsets, -top, window.innerHeight - top);
      set((last) => (last[0] === next[0] && last[1] === next[1] ? last : next));
    };
    const soon = (): void => {
      frame ??= requestAnimationFrame(look);
    };
    look();
    window.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('resize', soon);
    return () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      window.removeEventListener('scroll', soon);
      window.removeEventListener('resize', soon);
    };
  }, [place, offsets]);
  return [from, Math.min(to, offsets.length - 1)];
}
