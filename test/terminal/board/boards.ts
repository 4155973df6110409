import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { BoardFile } from '../../../src/terminal/board/file.ts';

const folder = join(packageRoot(), 'board');

/** The board files that are shipped. */
export const boardFiles = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'board.schema.json');

/** A file of `board/`. */
export const boardText = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** A shipped board, read. */
export const boardOf = (file: string): BoardFile => BoardFile.parse(JSON.parse(boardText(file)));
