/** How unlike each frame of an answer is to each frame of an enrolment. */
export interface Unlikeness {
  /** Frames of the answer. */
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly values: Float64Array;
}

/** A piece of the enrolment that an answer may go along: columns `from` to `to`, `to` left out. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Pieces that it may follow, by their place, and what going on from there costs; -1 stands for the beginning. */
  readonly after: readonly { readonly piece: number; readonly cost: number }[];
  /** The answer may end with it. */
  readonly last: boolean;
}

/**
 * What the cheapest way costs that an answer has along pieces of an enrolment (dynamic time warping of connected words, Ney 1984). Each of its frames
 * stays at a column, goes on by one or leaves one out. Infinity where there is no way.
 */
export function cheapest({ rows, columns, values }: Unlikeness, pieces: readonly Piece[]): number {
  let before = pieces.map(({ from, to }) => new Float64Array(to - from).fill(Infinity));
  let now = before.map((row) => new Float64Array(row.length));
  for (let n = 0; n < rows; n++) {
    const ends = before.map((row) => Math.min(row.at(-1) ?? Infinity, row.at(-2) ?? Infinity));
    for (const [p, { from, after }] of pieces.entries()) {
      const past = before[p] as Float64Array;
      const next = now[p] as Float64Array;
      let entry = Infinity;
      for (const { piece, cost } of after) {
        const end = piece < 0 ? (n === 0 ? 0 : Infinity) : (ends[piece] as number);
        if (end + cost < entry) entry = end + cost;
      }
      for (let k = 0; k < next.length; k++) {
        const one = k > 0 ? (past[k - 1] as number) : entry;
        const two = k > 1 ? (past[k - 2] as number) : k === 1 ? entry : Infinity;
        const best = Math.min(past[k] as number, one, two);
        next[k] = best + (values[n * columns + from + k] as number);
      }
    }
    [before, now] = [now, before];
  }
  const ends = pieces.map(({ last }, p) =>
    last ? Math.min(before[p]?.at(-1) ?? Infinity, before[p]?.at(-2) ?? Infinity) : Infinity,
  );
  return Math.min(Infinity, ...ends);
}
