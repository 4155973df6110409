import type { Key, Millis } from '../../../protocol/units.ts';

/** A scan: for each row of keys, which crossings are closed as the lines show it, ghosts included. */
export type Scan = readonly (readonly boolean[])[];

export interface MatrixTiming {
  /** A key must be seen down this long to be told down, in milliseconds. */
  readonly press: Millis;
  /** A key must be seen up this long to be told up. */
  readonly debounce: Millis;
  /** A key held longer is told up until it is pressed again. */
  readonly stuck: Millis;
}

export interface KeyEdge {
  readonly key: Key;
  readonly edge: 'down' | 'up';
}

/** What a scan came to. */
export interface Scanned {
  readonly edges: readonly KeyEdge[];
  /** A key was held too long just now. Not told which: it may be a digit of a PIN. */
  readonly stuck: boolean;
  /** `moving`: a key is about to be told; `held`: keys are down; `stuck`: only such as are stuck; `idle`: all are up. */
  readonly pace: 'moving' | 'held' | 'stuck' | 'idle';
}

interface Crossing {
  readonly row: number;
  readonly column: number;
  readonly key: Key;
  /** What was told, and since when, in milliseconds. `stuck` is down and told up. */
  told: 'up' | 'down' | 'stuck';
  at: number;
  /** Since when every scan has shown the other than what was told; null where the last one did not. */
  other: number | null;
}

/**
 * Makes key presses of scans of a matrix: pure, time comes with each scan.
 *
 * A press is told as soon as it has stood for a moment, since a contact does not close by itself; a release only when
 * the key has been seen up for longer than contacts bounce. So bouncing at either end can neither double nor end a press.
 */
export class KeyMatrix {
  readonly #timing: MatrixTiming;
  readonly #crossings: readonly Crossing[];

  /** `keys` as they lie on the keypad; null where there is none. */
  constructor(keys: readonly (readonly (Key | null)[])[], timing: MatrixTiming) {
    this.#timing = timing;
    this.#crossings = keys.flatMap((line, row) =>
      line.flatMap((key, column): Crossing[] =>
        key === null ? [] : [{ row, column, key, told: 'up', at: 0, other: null }],
      ),
    );
  }

  /** Takes a scan made at `now`, in milliseconds that only grow. */
  scanned(scan: Scan, now: number): Scanned {
    const doubtful = ambiguous(scan);
    const edges: KeyEdge[] = [];
    let stuck = false;
    let moving = false;
    for (const crossing of this.#crossings) {
      const { row, column, key } = crossing;
      // Where a ghost is possible nothing new is believed, and nobody is thought to have let go.
      const seen = doubtful(row, column) ? crossing.told !== 'up' : (scan[row]?.[column] ?? false);
      if (seen === (crossing.told !== 'up')) {
        crossing.other = null;
      } else {
        crossing.other ??= now;
        if (now - crossing.other < (seen ? this.#timing.press : this.#timing.debounce)) {
          moving = true;
        } else {
          if (crossing.told !== 'stuck') edges.push({ key, edge: seen ? 'down' : 'up' });
          crossing.told = seen ? 'down' : 'up';
          crossing.at = now;
          crossing.other = null;
        }
      }
      if (crossing.told === 'down' && now - crossing.at >= this.#timing.stuck) {
        crossing.told = 'stuck';
        stuck = true;
        edges.push({ key, edge: 'up' });
      }
    }
    return { edges, stuck, pace: moving ? 'moving' : this.#pace(scan) };
  }

  /** Forgets every key; those that were told down come back as releases. */
  releaseAll(): KeyEdge[] {
    const down = this.#crossings.filter(({ told }) => told === 'down').map(({ key }): KeyEdge => ({ key, edge: 'up' }));
    for (const crossing of this.#crossings) Object.assign(crossing, { told: 'up', other: null });
    return down;
  }

  #pace(scan: Scan): Scanned['pace'] {
    if (this.#crossings.some(({ told }) => told === 'down')) return 'held';
    // A closed crossing with no key of ours is one that is not used, or dirt: as good as stuck.
    const closed = scan.some((row) => row.some((crossing) => crossing));
    return closed || this.#crossings.some(({ told }) => told === 'stuck') ? 'stuck' : 'idle';
  }
}

/**
 * Which crossings cannot be believed. Keys join rows and columns into nets; every crossing of a net reads as closed.
 * In a net of one row or one column each closed crossing is a key; in one of two rows and two columns three keys
 * look like four.
 */
function ambiguous(scan: Scan): (row: number, column: number) => boolean {
  const columns = scan[0]?.length ?? 0;
  // A net is a bit mask of columns for each row: rows that share a column are merged until none does.
  const nets = scan.map((row, index) => ({
    rows: 1 << index,
    columns: row.reduce((mask, closed, column) => (closed ? mask | (1 << column) : mask), 0),
  }));
  for (let column = 0; column < columns; column++) {
    const sharing = nets.filter((net) => net.columns & (1 << column));
    const [first, ...others] = sharing;
    if (!first) continue;
    for (const other of others) {
      first.rows |= other.rows;
      first.columns |= other.columns;
      nets.splice(nets.indexOf(other), 1);
    }
  }
  const many = (mask: number) => (mask & (mask - 1)) !== 0;
  return (row, column) =>
    nets.some(
      (net) =>
        many(net.rows) && many(net.columns) && (net.rows & (1 << row)) !== 0 && (net.columns & (1 << column)) !== 0,
    );
}
