import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { BoardFile } from '../../../src/terminal/board/file.ts';
import { FIRMWARE_PINS, type KeypadBoard, readPins } from '../../../src/terminal/board/pins.ts';

const folder = join(packageRoot(), 'board');

/** The board files that are shipped. */
export const boardFiles = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'board.schema.json');

/** A file of `board/`. */
export const boardText = (file: string): string => readFileSync(join(folder, file), 'utf8');

/** The pin table of our keypad board. */
export const firmwarePins = readFileSync(join(packageRoot(), FIRMWARE_PINS), 'utf8');

/** What is on the pins of a shipped board's keypad board; null where it has none of ours. */
export function pinsOf(file: string): KeypadBoard | null {
  return boardOf(file).hardware.kind === 'serial' ? readPins(firmwarePins).board : null;
}

/** A shipped board, read. */
export const boardOf = (file: string): BoardFile => BoardFile.parse(JSON.parse(boardText(file)));
