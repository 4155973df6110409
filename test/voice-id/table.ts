import type { Tried } from './attacks.ts';
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
    'of the hardest ten',
    'misses after one more',
    'false accepts',
    'of',
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
    percent(line.hardest),
    line.again ? percent(line.again.misses) : '-',
    line.again ? percent(line.again.falseAccepts) : '-',
    line.again ? String(line.again.own) : '-',
    line.cllr.toFixed(3),
    line.minCllr.toFixed(3),
    String(line.own),
    String(line.strangers),
    String(line.unheard),
  ]);
  return aligned([head, ...rows]);
}

/** What came of attacks, for people. */
export function tableOfTried(tried: readonly Tried[]): string {
  const rows = tried.map(({ what, where, verdicts: { accepted, unsure, refused, unjudged } }) => [
    `${what}, ${where}`,
    ...[accepted + unsure + refused + unjudged, accepted, unsure, refused, unjudged].map(String),
  ]);
  return aligned([['attack', 'tried', 'accepted', 'unsure', 'refused', 'not judged'], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}
