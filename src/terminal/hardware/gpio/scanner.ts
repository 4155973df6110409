import type { Level, Lines } from './lines.ts';
import type { KeyEdge, KeyMatrix, Scan, Scanned } from './matrix.ts';

/** From the end of one scan to the next, in milliseconds; while all keys are up there is none. */
const PAUSE_MS: Readonly<Record<Exclude<Scanned['pace'], 'idle'>, number>> = { moving: 2, held: 10, stuck: 50 };

/** Where the matrix is among the lines of the phone. */
export interface MatrixLines {
  /** Numbers of the inputs that are rows, from the top. */
  readonly rows: readonly number[];
  /** Numbers of the outputs that are columns, from the left. */
  readonly columns: readonly number[];
  /** From driving a column to reading its rows, in microseconds. */
  readonly settle: number;
}

export interface ScannerEvents {
  keys(edges: readonly KeyEdge[]): void;
  /** A key has been held too long and was told up. */
  stuck(): void;
  /** A line could not be read or driven. */
  lost(error: unknown): void;
}

/**
 * Scans a keypad when there is something to see. While all keys are up every column is low and nothing runs: a key
 * that closes pulls its row low, and that edge starts a scan. One column at a time is driven low then, the others
 * float, so no output ever drives against another through two keys.
 */
export class Scanner {
  readonly #lines: Lines;
  readonly #at: MatrixLines;
  readonly #matrix: KeyMatrix;
  readonly #on: ScannerEvents;
  /** What a row reads while all columns are low, by the last scan. */
  #resting: readonly Level[];
  #pace: Scanned['pace'] = 'idle';
  #timer: NodeJS.Timeout | null = null;

  constructor(lines: Lines, at: MatrixLines, matrix: KeyMatrix, on: ScannerEvents) {
    this.#lines = lines;
    this.#at = at;
    this.#matrix = matrix;
    this.#on = on;
    this.#resting = at.rows.map(() => 'high');
  }

  /** The input has changed: a scan, if that is a row and not the echo of a scan. */
  edge(input: number): void {
    const row = this.#at.rows.indexOf(input);
    if (row < 0 || this.#pace === 'moving') return;
    this.#guarded(() => {
      if (this.#lines.read([input])[0] !== this.#resting[row]) this.#look();
    });
  }

  /** Makes good an edge that was lost: to be called now and then, and at start. Looks at the rows only. */
  beat(): void {
    if (this.#timer) return;
    this.#guarded(() => {
      if (this.#lines.read(this.#at.rows).includes('low')) this.#look();
    });
  }

  /** Stops, and tells the keys up that are down. */
  close(): void {
    this.#stop();
    this.#on.keys(this.#matrix.releaseAll());
  }

  /** One scan, and what is to follow from it. */
  #look(): void {
    this.#stop();
    const scan = this.#scan();
    const { edges, stuck, pace } = this.#matrix.scanned(scan, performance.now());
    this.#pace = pace;
    this.#resting = scan.map((row) => (row.includes(true) ? 'low' : 'high'));
    if (edges.length > 0) this.#on.keys(edges);
    if (stuck) this.#on.stuck();
    if (pace !== 'idle') this.#timer = setTimeout(() => this.#guarded(() => this.#look()), PAUSE_MS[pace]);
    // A key that was pressed while its column floated has given no edge.
    else if (this.#lines.read(this.#at.rows).includes('low'))
      this.#timer = setTimeout(() => this.#guarded(() => this.#look()), PAUSE_MS.moving);
  }

  #scan(): Scan {
    const { rows, columns } = this.#at;
    const [first = 0, ...others] = columns;
    for (const column of others) this.#lines.drive(column, 'float');
    let low = first;
    const read = columns.map((column) => {
      if (column !== low) {
        this.#lines.drive(low, 'float');
        this.#lines.drive(column, 'low');
        low = column;
      }
      this.#settle();
      return this.#lines.read(rows);
    });
    for (const column of columns) if (column !== low) this.#lines.drive(column, 'low');
    this.#settle();
    return rows.map((_, row) => read.map((levels) => levels[row] === 'low'));
  }

  /** Wires have some capacity, and a timer cannot wait this shortly. */
  #settle(): void {
    const until = performance.now() + this.#at.settle / 1_000;
    while (performance.now() < until);
  }

  #guarded(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#stop();
      this.#on.lost(error);
    }
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
