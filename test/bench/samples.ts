/** Measured times of one thing, ms, with what they are held to. */
export interface Samples {
  readonly name: string;
  readonly unit: 'ms' | 'µs';
  readonly values: readonly number[];
  /** The 99th percentile wanted; null where none is set. */
  readonly target: number | null;
}

export interface Summary {
  readonly name: string;
  readonly unit: string;
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly target: number | null;
}

/** Nearest-rank percentiles. */
export function summarise({ name, unit, values, target }: Samples): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (p: number) => sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
  return { name, unit, n: sorted.length, p50: at(50), p99: at(99), max: at(100), target };
}

/** A table of summaries for people. */
export function table(summaries: readonly Summary[]): string {
  const head = ['what', 'n', 'p50', 'p99', 'max', 'target p99', ''];
  const rows = summaries.map(({ name, unit, n, p50, p99, max, target }) => [
    name,
    String(n),
    `${p50.toFixed(1)} ${unit}`,
    `${p99.toFixed(1)} ${unit}`,
    `${max.toFixed(1)} ${unit}`,
    target === null ? '-' : `${target} ${unit}`,
    target === null ? '' : p99 <= target ? 'met' : 'MISSED',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)));
  return [head, ...rows]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}
