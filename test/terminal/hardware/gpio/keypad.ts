import type { Key } from '../../../../src/protocol/units.ts';
import type { Scan } from '../../../../src/terminal/hardware/gpio/matrix.ts';

export const PAD: readonly (readonly Key[])[] = [
  ['1', '2', '3'],
  ['4', '5', '6'],
  ['7', '8', '9'],
  ['*', '0', '#'],
];

/** Which rows are low while these columns are: whatever closed keys join to them. */
export function lowRows(closed: ReadonlySet<Key>, columns: readonly number[]): boolean[] {
  const reached = new Set(columns);
  const rows = PAD.map(() => false);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [row, keys] of PAD.entries()) {
      const touched = keys.flatMap((key, column) => (closed.has(key) ? [column] : []));
      if (rows[row] || !touched.some((column) => reached.has(column))) continue;
      rows[row] = true;
      grown = true;
      for (const column of touched) reached.add(column);
    }
  }
  return rows;
}

/** A scan, each column read at its own time. */
export function scanOf(closedAt: (column: number) => ReadonlySet<Key>): Scan {
  const columns = [0, 1, 2].map((column) => lowRows(closedAt(column), [column]));
  return PAD.map((_, row) => columns.map((rows) => rows[row] ?? false));
}

/** What a finger does to a key, and how its contact bounces at either end. */
export interface Press {
  readonly key: Key;
  readonly from: number;
  readonly to: number;
  /** At each end: how long it bounces, in milliseconds, and the times from there at which it changes. */
  readonly bounces: readonly [readonly number[], readonly number[]];
}

/** Whether the contact of a press is closed. */
function closed({ from, to, bounces: [down, up] }: Press, at: number): boolean {
  if (at < from) return false;
  if (at >= to) return up.some((time) => at < to + time) && up.filter((time) => at >= to + time).length % 2 === 1;
  const changed = down.filter((time) => at >= from + time).length;
  return changed === down.length || changed % 2 === 0;
}

/** The keys that are closed at a time. */
export const closedKeys = (presses: readonly Press[], at: number): Set<Key> =>
  new Set(presses.flatMap((press) => (closed(press, at) ? [press.key] : [])));
