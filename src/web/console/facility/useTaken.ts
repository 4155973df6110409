import { useEffect, useState } from 'preact/hooks';
import { allRows } from '../live/phones.ts';

/** Of thousands of phones that change all the time, it is counted so often, ms. */
const COUNTED_EVERY = 1_000;

const counted = (sequence: number) => {
  const phones = Array.from(allRows(), (row) => row.peek().phone);
  return { taken: phones.filter(({ settings }) => settings === sequence).length, phones: phones.length };
};

/** How many phones of the facility say that they have the settings of this sequence, and how many phones there are. */
export function useTaken(sequence: number): { readonly taken: number; readonly phones: number } {
  const [state, set] = useState(() => counted(sequence));
  useEffect(() => {
    const look = () =>
      set((last) => {
        const now = counted(sequence);
        return now.taken === last.taken && now.phones === last.phones ? last : now;
      });
    look();
    const timer = setInterval(look, COUNTED_EVERY);
    return () => clearInterval(timer);
  }, [sequence]);
  return state;
}
