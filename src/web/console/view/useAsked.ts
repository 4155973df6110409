import { useCallback, useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import { ask, Problem } from '../api/ask.ts';

/** What the server answers to a question, anew whenever `path` changes or `again` is called; `wrong` says why there is none. */
export function useAsked<S extends z.ZodType>(path: `/${string}`, schema: S) {
  const [state, set] = useState<{ answer: z.output<S> | null; wrong: string }>({ answer: null, wrong: '' });
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let wanted = true;
    ask('GET', path, schema).then(
      (answer) => wanted && set({ answer, wrong: '' }),
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        if (wanted) set((last) => ({ ...last, wrong: error.message }));
      },
    );
    return () => {
      wanted = false;
    };
  }, [path, schema, asked]);
  const again = useCallback(() => setAsked((count) => count + 1), []);
  return { ...state, again };
}
