import type { Line } from './line.ts';

const percent = (part: number) => `${(100 * part).toFixed(1)}%`;

/** Lines for people. */
export function table(lines: readonly Line[], rate: number): string {
  const head = [
    'condition',
    'people',
    'EER',
    '95% interval',
    `misses at ${percent(rate)}`,
    'false accepts',
    'Cllr',
    'min Cllr',
    'own',
    'strangers',
    'unheard',
  ];
  const rows = lines.map((line) => [
    line.condition,
    String(line.people),
    percent(line.equalError),
    line.interval.map(percent).join(' - '),
    percent(line.misses),
    percent(line.falseAccepts),
    line.cllr.toFixed(3),
    line.minCllr.toFixed(3),
    String(line.own),
    String(line.strangers),
    String(line.unheard),
  ]);
  const widths = head.map((name, n) => Math.max(name.length, ...rows.map((row) => row[n]?.length ?? 0)));
  return [head, ...rows]
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}
