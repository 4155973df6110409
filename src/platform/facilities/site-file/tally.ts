import { isDeepStrictEqual } from 'node:util';
import type { SiteChange, SiteDiffers, SiteThing } from '../../../protocol/api/site.ts';
import type { Difference } from '../../database/difference.ts';

/** So many things of a kind are named. */
export const NAMED = 50;

/** What columns are called before people, where that is not their own name. */
const CALLED: Readonly<Record<string, string>> = {
  pin_id_hash: 'PIN',
  pin_hash: 'PIN',
  limit_ms: 'limit',
  wait_ms: 'wait',
  overrides_block: 'overrides block',
};

/** Counts what a site file changes, kind by kind. */
export class Tally {
  readonly #counts = new Map<SiteThing, { added: number; changed: number; removed: number; first: SiteDiffers[] }>();

  /** Notes what is to be done to rows of a kind. */
  count<T extends object>(what: SiteThing, { write, gone, was }: Difference<T>, nameOf: (row: T) => string): void {
    if (write.length + gone.length === 0) return;
    const count = this.#counts.get(what) ?? { added: 0, changed: 0, removed: 0, first: [] };
    this.#counts.set(what, count);
    const note = (how: SiteDiffers['how'], row: T, before?: T) => {
      count[how] += 1;
      if (count.first.length < NAMED)
        count.first.push({ name: nameOf(row), how, fields: before ? fieldsOf(before, row) : [] });
    };
    for (const row of gone) note('removed', row);
    for (const row of write) {
      const before = was(row);
      note(before ? 'changed' : 'added', row, before);
    }
  }

  get changes(): SiteChange[] {
    return [...this.#counts].map(([what, count]) => ({ what, ...count }));
  }
}

/** What is otherwise in a row than before, by name alone: what it says may be a PIN. */
function fieldsOf<T extends object>(before: T, after: T): string[] {
  const keys = Object.keys(after) as (keyof T & string)[];
  const other = keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return [...new Set(other.map((key) => CALLED[key] ?? key.replaceAll('_', ' ')))];
}
