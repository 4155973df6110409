import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { checkBoard } from '../../../src/terminal/board/check/check.ts';
import { BoardFile } from '../../../src/terminal/board/file.ts';
import { boardSchema } from '../../../src/terminal/board/schema.ts';
import { boardFiles, boardText } from './boards.ts';

describe('board files', () => {
  it.each(boardFiles)('board/%s has no fault, and names the schema', (file) => {
    const { faults, board } = checkBoard(boardText(file));
    expect(faults).toEqual([]);
    expect(board?.$schema).toBe('./board.schema.json');
  });

  it('are those that the README of the folder lists', () => {
    const readme = boardText('README.md');
    const listed = [...readme.matchAll(/^\| `([\w-]+\.json)`/gm)].map(([, file]) => file);
    expect(listed.sort()).toEqual([...boardFiles].sort());
  });

  it('follow the schema in board.schema.json: `tierphone board schema` writes it anew', () => {
    expect(JSON.parse(boardText('board.schema.json'))).toEqual(boardSchema());
  });

  it('leave nothing in the folder that is for no phone', () => {
    const drawings = boardFiles.map((file) => file.replace('.json', '.svg'));
    const known = [...boardFiles, ...drawings, 'board.schema.json', 'README.md', 'firmware'];
    expect(readdirSync(join(packageRoot(), 'board')).filter((each) => !known.includes(each))).toEqual([]);
  });

  it('of a serial board need no more than a path', () => {
    const board = BoardFile.parse({
      name: 'x',
      hardware: { kind: 'serial', path: '/dev/serial0' },
      audio: { kind: 'none' },
    });
    expect(board.hardware).toMatchObject({
      kind: 'serial',
      path: '/dev/serial0',
      baud: 115_200,
      helloOnOpen: true,
      hook: { polarity: 'normal', debounce: 20 },
      keys: { debounce: 0, stuck: 10_000 },
    });
  });
});
