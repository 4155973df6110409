import { solved } from './fit.ts';

/** A stranger's ratio, and what is known of the trial; `share` is what it counts. */
export interface Stranger {
  readonly ratio: number;
  readonly known: readonly number[];
  readonly share: number;
}

/** Nearer to the line than this a ratio is on it. */
const NEAR = 0.02;

/**
 * What is known moves the ratio that one stranger of so many reaches: by how much for each thing known (quantile regression, by least squares weighed
 * anew). Taken off all ratios, one threshold lets as many strangers pass whatever is known.
 */
export function unevenness(strangers: readonly Stranger[], rate: number): number[] {
  const size = 1 + (strangers[0]?.known.length ?? 0);
  let line = new Array<number>(size).fill(0);
  for (let round = 0; round < 60; round++) {
    const values = new Array<number>(size).fill(0);
    const matrix = values.map((_, k) => values.map((_value, m) => (k === m && k > 0 ? 1e-4 : 0)));
    for (const { ratio, known, share } of strangers) {
      const inputs = [1, ...known];
      const off = ratio - inputs.reduce((sum, input, k) => sum + input * (line[k] as number), 0);
      const weight = (share * (off > 0 ? 1 - rate : rate)) / Math.max(NEAR, Math.abs(off));
      inputs.forEach((input, k) => {
        values[k] = (values[k] as number) + weight * input * ratio;
        const row = matrix[k] as number[];
        inputs.forEach((other, m) => {
          row[m] = (row[m] as number) + weight * input * other;
        });
      });
    }
    line = solved(matrix, values);
  }
  return line.slice(1);
}
