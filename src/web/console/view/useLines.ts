import { useState } from 'preact/hooks';

/** Lines of a form, of which some are added and some taken out before it is sent; each has a number of its own that its fields carry. */
export function useLines<T>(first: readonly T[]) {
  const [lines, set] = useState<readonly { readonly key: number; readonly value: T | null }[]>(
    first.map((value, key) => ({ key, value })),
  );
  const add = () => set((all) => [...all, { key: Math.max(-1, ...all.map(({ key }) => key)) + 1, value: null }]);
  const drop = (key: number) => set((all) => all.filter((line) => line.key !== key));
  return { lines, add, drop };
}
