import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { z } from 'zod';
import { ask, Problem } from '../api/ask.ts';

/** A schema of a list that comes in pieces. */
type Pieces<T> = z.ZodType<{ items: T[]; next: string | null }>;

/**
 * A list of the server's that is read piece by piece: `more` reads on, `again` starts over. `path` has its question with it, without `after`.
 */
export function usePieces<T>(path: `/${string}`, schema: Pieces<T>) {
  const [state, set] = useState<{ items: readonly T[]; next: string | null; wrong: string; busy: boolean }>({
    ...{ items: [], next: null, wrong: '', busy: true },
  });
  const run = useRef(0);
  const read = useCallback(
    (after: string | null) => {
      run.current += 1;
      const mine = run.current;
      // What stands there stays until there is an answer: nothing jumps.
      set((last) => ({ ...last, busy: true, wrong: '' }));
      const asked =
        after === null ? path : (`${path}${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}` as const);
      ask('GET', asked, schema).then(
        ({ items, next }) => {
          if (mine === run.current)
            set((last) => ({
              items: after === null ? items : [...last.items, ...items],
              next,
              wrong: '',
              busy: false,
            }));
        },
        (error: unknown) => {
          if (!(error instanceof Problem)) throw error;
          if (mine === run.current) set((last) => ({ ...last, wrong: error.message, busy: false }));
        },
      );
    },
    [path, schema],
  );
  useEffect(() => read(null), [read]);
  const { next } = state;
  return { ...state, more: next === null ? null : () => read(next), again: () => read(null) };
}
