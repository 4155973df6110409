import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/protocol/package-root.ts';

/** A step of the page: what is typed, and what is written to a file. */
export interface PageStep {
  readonly commands: readonly string[];
  readonly files: readonly string[];
}

/** `deploy/first-site.md` as it is followed. */
export interface FirstSite {
  readonly server: readonly PageStep[];
  readonly phone: readonly PageStep[];
  /** What its table tells of it, by the first cell of each line. */
  readonly counted: Readonly<Record<string, string>>;
}

/** Reads the page. */
export function readFirstSite(): FirstSite {
  const text = readFileSync(join(packageRoot(), 'deploy/first-site.md'), 'utf8');
  const part = (title: string) => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = [...part('Counted').matchAll(/^\| ([^|]+) \| [^|]* \| ([^|]*) \|$/gm)];
  return {
    server: stepsIn(part('The server')),
    phone: stepsIn(part('Each phone')),
    counted: Object.fromEntries(rows.map(([, what = '', now = '']) => [what.trim(), now.trim()])),
  };
}

function stepsIn(part: string): PageStep[] {
  const blocks = (text: string, kind: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, content = '']) => content);
  return part
    .split(/^\*\*Step \d+\.\*\*/m)
    .slice(1)
    .map((text) => ({ commands: blocks(text, 'sh'), files: blocks(text, 'yaml') }));
}
