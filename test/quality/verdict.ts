import type { Outcome } from './contest.ts';
import type { Score } from './run.ts';

/** What is compared: more is better (1) or worse (-1), and the least margin ever taken. */
const COMPARED = {
  mos: { better: 1, least: 0.02 },
  snr: { better: 1, least: 0.3 },
  lsd: { better: -1, least: 0.05 },
} as const;

type Compared = keyof typeof COMPARED;

/** How much worse than baresip counts as noise, for each measure. */
export type Margins = Readonly<Record<Compared, number>>;

/** A line of the table: means over the seeds. */
export interface Line {
  readonly row: string;
  readonly ours: Score;
  readonly baresip: Score;
  /** Measures in which ours is worse by more than the margin. */
  readonly worse: readonly Compared[];
}

/** Lines of all rows, and the margins they were held to: two standard deviations of what two baresips differ by, with that many seeds. */
export function judge(outcomes: readonly Outcome[]): { lines: Line[]; margins: Margins } {
  const rows = [...new Set(outcomes.map(({ row }) => row))];
  const seeds = new Set(outcomes.map(({ seed }) => seed)).size;
  const margin = (of: Compared) => {
    const squares = outcomes.map(({ baresip: [a, b] }) => (a[of] - b[of]) ** 2);
    return Math.max(COMPARED[of].least, 2 * Math.sqrt(mean(squares) / seeds));
  };
  const margins: Margins = { mos: margin('mos'), snr: margin('snr'), lsd: margin('lsd') };
  const lines = rows.map((row) => {
    const those = outcomes.filter((outcome) => outcome.row === row);
    const ours = meanScore(those.map((outcome) => outcome.ours));
    const baresip = meanScore(those.flatMap((outcome) => outcome.baresip));
    const worse = (Object.keys(COMPARED) as Compared[]).filter(
      (of) => COMPARED[of].better * (ours[of] - baresip[of]) < -margins[of],
    );
    return { row, ours, baresip, worse };
  });
  return { lines, margins };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanScore(scores: readonly Score[]): Score {
  const of = (key: keyof Score) => mean(scores.map((score) => score[key]));
  return { mos: of('mos'), snr: of('snr'), lsd: of('lsd'), delay: of('delay'), loss: of('loss'), run: of('run') };
}

/** The table in Markdown, ours before baresip's in every cell. */
export function table(lines: readonly Line[]): string {
  const cells = lines.map(({ row, ours, baresip, worse }) => [
    row,
    pair(ours.mos, baresip.mos, 2),
    pair(ours.snr, baresip.snr, 1),
    pair(ours.lsd, baresip.lsd, 2),
    pair(100 * ours.loss, 100 * baresip.loss, 1),
    pair(ours.delay, baresip.delay, 0),
    worse.length === 0 ? 'not worse' : `**worse** (${worse.join(', ')})`,
  ]);
  const head = ['network', 'MOS', 'SegSNR, dB', 'LSD, dB', 'lost to the ear, %', 'delay, ms', 'ours is'];
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

const pair = (ours: number, theirs: number, digits: number): string =>
  `${ours.toFixed(digits)} / ${theirs.toFixed(digits)}`;
