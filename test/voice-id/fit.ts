/** A case that a logistic regression learns from. */
export interface Case {
  readonly inputs: readonly number[];
  readonly yes: boolean;
}

/** What keeps weights small that little speaks for; the first `free` are left alone. */
const RIDGE = 1e-3;

/**
 * Weights whose weighed sum is the log-likelihood ratio of yes to no (natural): logistic regression with both sides of equal weight, by
 * Newton's method.
 */
export function fit(cases: readonly Case[], free: number): number[] {
  const size = cases[0]?.inputs.length ?? 0;
  const share = (yes: boolean) => 1 / (2 * cases.filter((one) => one.yes === yes).length);
  const shares = { yes: share(true), no: share(false) };
  let weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 25; round++) {
    const slope = weights.map((weight, k) => (k < free ? 0 : RIDGE * weight));
    const curve = Array.from({ length: size }, (_, k) =>
      Array.from({ length: size }, (_, m) => (k === m ? (k < free ? 1e-9 : RIDGE) : 0)),
    );
    for (const { inputs, yes } of cases) {
      const sum = inputs.reduce((total, input, k) => total + input * (weights[k] as number), 0);
      const chance = 1 / (1 + Math.exp(-sum));
      const part = yes ? shares.yes : shares.no;
      const miss = part * (chance - (yes ? 1 : 0));
      const bend = part * Math.max(chance * (1 - chance), 1e-9);
      for (let k = 0; k < size; k++) {
        const input = inputs[k] as number;
        slope[k] = (slope[k] as number) + miss * input;
        const line = curve[k] as number[];
        for (let m = 0; m < size; m++) line[m] = (line[m] as number) + bend * input * (inputs[m] as number);
      }
    }
    const step = solved(curve, slope);
    weights = weights.map((weight, k) => weight - (step[k] as number));
    if (Math.max(...step.map(Math.abs)) < 1e-6) break;
  }
  return weights;
}

/** The vector that `matrix` makes `values` of (Gauss, with pivots). Both are used up. */
export function solved(matrix: number[][], values: number[]): number[] {
  const size = values.length;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let m = k + 1; m < size; m++) if (Math.abs(matrix[m]?.[k] ?? 0) > Math.abs(matrix[best]?.[k] ?? 0)) best = m;
    [matrix[k], matrix[best]] = [matrix[best] as number[], matrix[k] as number[]];
    [values[k], values[best]] = [values[best] as number, values[k] as number];
    const pivot = matrix[k] as number[];
    for (let m = k + 1; m < size; m++) {
      const line = matrix[m] as number[];
      const factor = (line[k] as number) / (pivot[k] as number);
      for (let n = k; n < size; n++) line[n] = (line[n] as number) - factor * (pivot[n] as number);
      values[m] = (values[m] as number) - factor * (values[k] as number);
    }
  }
  for (let k = size - 1; k >= 0; k--) {
    const line = matrix[k] as number[];
    let sum = values[k] as number;
    for (let n = k + 1; n < size; n++) sum -= (line[n] as number) * (values[n] as number);
    values[k] = sum / (line[k] as number);
  }
  return values;
}
