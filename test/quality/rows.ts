import type { Impairment } from './impairment.ts';

/** A line of the table: a network, by name. */
export interface Row {
  readonly name: string;
  readonly impairment: Impairment;
}

const loss = (rate: number, burst?: number): Row => ({
  name: `loss ${rate * 100}%${burst === undefined ? '' : ` in bursts of ${burst}`}`,
  impairment: { loss: burst === undefined ? { rate } : { rate, burst } },
});

const jitter = (shape: 'uniform' | 'spiky', most: number): Row => ({
  name: `jitter ${most} ms ${shape}`,
  impairment: { jitter: { shape, most } },
});

const step = (by: number): Row[] => [
  { name: `delay up ${by} ms`, impairment: { step: { from: 0, to: by } } },
  { name: `delay down ${by} ms`, impairment: { step: { from: by, to: 0 } } },
];

/** All networks of the table. */
export const ROWS: readonly Row[] = [
  { name: 'clean', impairment: {} },
  loss(0.01),
  loss(0.03),
  loss(0.05),
  loss(0.1),
  loss(0.2),
  loss(0.05, 3),
  loss(0.1, 3),
  loss(0.2, 3),
  jitter('uniform', 20),
  jitter('uniform', 50),
  jitter('uniform', 100),
  jitter('spiky', 60),
  jitter('spiky', 100),
  { name: 'reordering 5%', impairment: { reorder: 0.05 } },
  { name: 'duplication 5%', impairment: { duplicate: 0.05 } },
  { name: 'loss 3%, jitter 40 ms', impairment: { loss: { rate: 0.03 }, jitter: { shape: 'uniform', most: 40 } } },
  ...[50, 240, 500, 1_000, 3_000].flatMap(step),
];

/** Those that CI looks at. */
export const FEW: readonly Row[] = ROWS.filter(({ name }) =>
  ['clean', 'loss 5%', 'loss 10% in bursts of 3', 'jitter 50 ms uniform', 'loss 3%, jitter 40 ms'].includes(name),
);
