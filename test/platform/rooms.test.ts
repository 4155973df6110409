import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';

const PLATFORM = join(packageRoot(), 'src/platform');
const sources = readdirSync(PLATFORM, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const read = (file: string): string => readFileSync(join(PLATFORM, file), 'utf8');

/** Table by table, the room whose `tables.ts` has it. */
const owners = new Map(
  sources
    .filter((file) => file.endsWith('/tables.ts'))
    .flatMap((file) => {
      const [, body = ''] = /export interface \w+Tables \{\n(.*?)\n\}/s.exec(read(file)) ?? [];
      return [...body.matchAll(/^ {2}(\w+):/gm)].map(([, table = '']) => [table, dirname(file)] as const);
    }),
);

/** The room that a file is of: its folder, or the nearest above it that has tables. */
function roomOf(folder: string): string {
  const has = [...owners.values()].includes(folder);
  return has || folder === '.' ? folder : roomOf(dirname(folder));
}

const WRITES = /(?:insertInto|updateTable|deleteFrom|mergeInto)\('(\w+)|\b(?:insert into|update|delete from) (\w+)/gi;

const writesOf = (text: string): string[] => [...text.matchAll(WRITES)].map(([, built, raw]) => built ?? raw ?? '');

describe('the rooms of the platform', () => {
  it('have each table once', () => {
    expect([...owners.keys()].sort()).toEqual([...new Set(owners.keys())].sort());
    expect(owners.size).toBeGreaterThan(15);
  });

  it.each(sources.filter((file) => !file.startsWith('database/')))('write their own tables alone: %s', (file) => {
    const others = writesOf(read(file)).filter(
      (table) => owners.has(table) && owners.get(table) !== roomOf(dirname(file)),
    );
    expect(others).toEqual([]);
  });

  it('are read by a reader that finds statements of either kind', () => {
    const written = sources.flatMap((file) => writesOf(read(file)));
    for (const table of ['accounts', 'sessions', 'answers', 'attempts', 'blocks']) expect(written).toContain(table);
    expect(writesOf("sql`update accounts set held = 0`; db.deleteFrom('terminals')")).toEqual([
      'accounts',
      'terminals',
    ]);
  });
});
