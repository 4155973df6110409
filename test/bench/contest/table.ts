/** How evenly one contestant sent, ms from 20 ms after the packet before. */
export interface Pacing {
  readonly name: string;
  readonly packets: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What one call costs a contestant: % of a core, MB. */
export interface Cost {
  readonly call: string;
  readonly name: string;
  readonly cpu: number;
  readonly memory: number;
}

/** Calls at once of which the packets still left in time, and the % of a core they took. */
export interface Capacity {
  readonly name: string;
  readonly calls: number;
  readonly cpu: number;
}

/** All that was measured; what was not asked for is not there. Times in ms. */
export interface Results {
  pacing?: readonly Pacing[];
  cost?: readonly Cost[];
  capacity?: readonly Capacity[];
  delay?: readonly number[];
}

/** The nearest-rank percentile `p` of `values`. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const verdict = (met: boolean): string => (met ? 'met' : 'MISSED');

/** Markdown for people. */
export function table({ pacing, cost, capacity, delay }: Results): string {
  const parts: string[] = [];
  if (pacing) parts.push(pacingTable(pacing));
  if (cost) parts.push(costTable(cost));
  if (capacity) {
    const rows = capacity.map(({ name, calls, cpu }) => `| ${name} | ${calls} | ${cpu.toFixed(0)}% |`);
    parts.push(['| calls at once | most | processor |', '|---|---|---|', ...rows].join('\n'));
  }
  if (delay) {
    const [p50, p99] = [percentile(delay, 50), percentile(delay, 99)];
    parts.push(
      `mouth to ear, ours: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms over ${delay.length}; under 60 ms: ${verdict(p99 < 60)}`,
    );
  }
  return parts.join('\n\n');
}

function pacingTable(rows: readonly Pacing[]): string {
  const [ours, theirs] = rows;
  const columns = ['p50', 'p99', 'p999', 'max'] as const;
  const lines = rows.map(
    (row) => `| ${row.name} | ${row.packets} | ${columns.map((c) => `${row[c].toFixed(2)} ms`).join(' | ')} |`,
  );
  const verdicts = columns.map((c) => verdict((ours?.[c] ?? Number.NaN) <= (theirs?.[c] ?? Number.NaN)));
  return [
    '| sent off 20 ms | packets | p50 | p99 | p99.9 | max |',
    '|---|---|---|---|---|---|',
    ...lines,
    `| no worse | | ${verdicts.join(' | ')} |`,
  ].join('\n');
}

function costTable(rows: readonly Cost[]): string {
  const lines = rows.map(({ call, name, cpu, memory }) => {
    const theirs = rows.find((row) => row.call === call && row.name !== name)?.cpu ?? Number.NaN;
    const ratio = name === 'ours' ? `${(cpu / theirs).toFixed(2)} | ${verdict(cpu / theirs <= 1.5)}` : '| ';
    return `| ${call} | ${name} | ${cpu.toFixed(2)}% | ${memory.toFixed(0)} MB | ${ratio} |`;
  });
  return ['| a call | of | processor | memory | ratio | within 1.5 |', '|---|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}
