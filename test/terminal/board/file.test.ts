import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { BoardFile } from '../../../src/terminal/board/file.ts';

const folder = join(packageRoot(), 'board');
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

describe('board files', () => {
  it.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))('board/%s is a good one', (file) => {
    expect(() => BoardFile.parse(read(file))).not.toThrow();
  });

  it('of a serial board need no more than a path', () => {
    const board = BoardFile.parse({
      name: 'x',
      hardware: { kind: 'serial', path: '/dev/serial0' },
      audio: { kind: 'none' },
    });
    expect(board.hardware).toEqual({
      kind: 'serial',
      path: '/dev/serial0',
      baud: 115_200,
      helloOnOpen: true,
      hook: { polarity: 'normal', debounce: 20 },
      keys: { debounce: 0, stuck: 10_000 },
    });
  });

  it('name the key that is wrong', () => {
    const wrong = {
      name: 'x',
      hardware: { kind: 'serial', path: '/dev/x', hook: { polarty: 'reversed' } },
      audio: { kind: 'none' },
    };
    const result = BoardFile.safeParse(wrong);
    expect(result.error?.issues[0]).toMatchObject({
      path: ['hardware', 'hook'],
      message: expect.stringContaining('polarty'),
    });
  });
});
