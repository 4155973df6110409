import type { Row } from './sweep.ts';
import type { Talk } from './talk.ts';

/** Rows of a sweep as Markdown. */
export function sweepTable(rows: readonly Row[]): string {
  const lines = rows.map(({ case: { name, wants, limit }, scores }) => {
    const cells = scores.map(({ right, of }) => `${((100 * right) / of).toFixed(1)}%`);
    return `| ${name} | ${wants} | ${limit ? 'yes' : ''} | ${cells.join(' | ')} |`;
  });
  return ['| case | wanted | Q.24 | ours | spandsp |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** False hits in speech as Markdown. */
export function talkTable(talks: readonly Talk[]): string {
  const lines = talks.map(({ name, minutes, hits }) => `| ${name} | ${minutes.toFixed(1)} | ${hits.join(' | ')} |`);
  return ['| speech | minutes | ours | spandsp |', '|---|---|---|---|', ...lines].join('\n');
}
