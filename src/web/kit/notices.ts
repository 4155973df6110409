import { signal } from '@preact/signals';

const KEPT = 3;
const SHOWN_MS = 7_000;

/** What could not be done, for a few seconds. */
export const notices = signal<readonly { id: number; line: string }[]>([]);

let numbered = 0;

/** Shows one line to the person for a while. */
export function notice(line: string): void {
  numbered += 1;
  const id = numbered;
  notices.value = [...notices.value, { id, line }].slice(-KEPT);
  window.setTimeout(() => {
    notices.value = notices.value.filter((n) => n.id !== id);
  }, SHOWN_MS);
}
