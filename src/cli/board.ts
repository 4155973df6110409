import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { packageRoot } from '../protocol/package-root.ts';
import { type Checked, checkBoard, type Fault } from '../terminal/board/check/check.ts';
import { BoardFile } from '../terminal/board/file.ts';
import { findingsHere } from '../terminal/board/here/here.ts';
import { partsOf } from '../terminal/board/parts.ts';
import { FIRMWARE_PINS, type KeypadBoard, readPins } from '../terminal/board/pins.ts';
import { boardSchema } from '../terminal/board/schema.ts';
import { drawing } from '../terminal/board/wiring/drawing.ts';
import { FileError, readWhole, readYaml } from './file.ts';
import { print, printJson, printText } from './print.ts';
import { strict, USAGE } from './usage.ts';

/** `tierphone board`: checks board files, and makes of them what a technician needs. */
export function boardCommand(): Command {
  return strict(
    new Command('board')
      .description('Board files: what a phone is made of and how it is wired.')
      .addCommand(checkCommand())
      .addCommand(wiringCommand())
      .addCommand(partsCommand())
      .addCommand(schemaCommand()),
  );
}

function checkCommand(): Command {
  return strict(
    new Command('check')
      .description('Explain every fault in board files: where it is, why it matters, and what to do.')
      .argument('<file...>', 'board files (JSON or YAML)')
      .option('--here', 'look too whether this machine has what they name: chips, port, sound card, groups, config.txt')
      .option('--json', 'as JSON')
      .addHelpText('after', '\nExit codes: 0 no errors (there may be warnings), 1 errors, 2 a file cannot be read.')
      .action(async (files: readonly string[], { here, json }: { here?: true; json?: true }) => {
        const all = await Promise.all(files.map((file) => checkFile(file, here ?? false)));
        if (json) printJson(all.map(asJson), 2);
        else for (const each of all) printText(`${asText(each)}\n`);
        const code = all.some(({ unreadable }) => unreadable !== null) ? USAGE : all.some(hasErrors) ? 1 : 0;
        if (code !== 0) process.exit(code);
      }),
  );
}

interface File extends Pick<Checked, 'faults' | 'board'> {
  readonly file: string;
  /** The schema of board files lies beside them, so `board/*.json` names it too. */
  readonly schema: boolean;
  /** Why the file cannot be read; null where it can. */
  readonly unreadable: string | null;
}

async function checkFile(file: string, here: boolean): Promise<File> {
  try {
    const text = readWhole(file);
    if (isSchema(text)) return { file, schema: true, unreadable: null, faults: [], board: null };
    const { faults, board, locate } = checkBoard(text);
    const found = here && board ? locate(await findingsHere(board)) : [];
    return { file, schema: false, unreadable: null, faults: [...faults, ...found], board };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { file, schema: false, unreadable: error.message, faults: [], board: null };
  }
}

/** Whether a text is a JSON Schema: it names the schema of schemas, where a board file names ours. */
function isSchema(text: string): boolean {
  const { data } = z.looseObject({ $schema: z.string() }).safeParse(asData(text));
  return data?.$schema.startsWith('https://json-schema.org/') ?? false;
}

function asData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A board in YAML, or one that `checkBoard` tells the faults of.
    return null;
  }
}

const hasErrors = ({ faults }: File) => faults.some(({ level }) => level === 'error');

const asJson = ({ file, schema, unreadable, faults }: File) => ({
  file,
  ...(schema && { schema }),
  ...(unreadable !== null && { unreadable }),
  faults: faults.map(({ level, line, key, what, why, remedy }) => ({ level, line, key, what, why, remedy })),
});

function asText({ file, schema, unreadable, faults, board }: File): string {
  if (unreadable !== null) return unreadable;
  if (schema) return `${file}: the schema of board files, no board: passed over`;
  const counts = (['error', 'warning'] as const).flatMap((level) => {
    const count = faults.filter((fault) => fault.level === level).length;
    return count === 0 ? [] : `${count} ${level}${count > 1 ? 's' : ''}`;
  });
  const verdict = counts.length > 0 ? counts.join(', ') : `${board?.name ?? ''}: all is well`;
  return [...faults.map((fault) => explain(file, fault)), `${file}: ${verdict}`].join('\n');
}

const explain = (file: string, { level, line, key, what, why, remedy }: Fault) =>
  `${file}:${line}: ${level}: ${key === '' ? '' : `${key}: `}${what}\n    why: ${why}\n    do:  ${remedy}\n`;

const PINS = "of a serial keypad board, its firmware's pins.h; ours where the board file names that firmware";

/** What the pins of a serial keypad board are wired to, where its firmware says it. @throws FileError */
function pinsOf({ hardware }: BoardFile, file?: string): KeypadBoard | null {
  if (hardware.kind !== 'serial') return null;
  const own = hardware.firmware?.startsWith('tierphone-') ? join(packageRoot(), FIRMWARE_PINS) : null;
  const path = file ?? own;
  if (path === null) return null;
  const { board, wrong } = readPins(readWhole(path));
  if (board === null) throw new FileError(`${path}: ${wrong}`);
  return board;
}

function wiringCommand(): Command {
  return strict(
    new Command('wiring')
      .description('Draw the wiring of a board as an SVG picture for a sheet of A4.')
      .argument('<file>', 'a board file')
      .option('-o, --out <file>', 'where the picture goes; printed without it')
      .option('--pins <file>', PINS)
      .action((file: string, { out, pins }: { out?: string; pins?: string }) => {
        const board = readYaml(file, BoardFile);
        const picture = drawing(board, basename(file), pinsOf(board, pins));
        if (out === undefined) printText(picture);
        else writeFileSync(out, picture);
      }),
  );
}

function partsCommand(): Command {
  return strict(
    new Command('parts')
      .description('List what to buy for one phone of a board.')
      .argument('<file>', 'a board file')
      .option('--pins <file>', PINS)
      .option('--json', 'as JSON')
      .action((file: string, { json, pins }: { json?: true; pins?: string }) => {
        const board = readYaml(file, BoardFile);
        const parts = partsOf(board, pinsOf(board, pins));
        if (json) return printJson(parts, 2);
        if (parts.length === 0) return print('Nothing to buy: everything is software.');
        const width = Math.max(...parts.map(({ what }) => what.length));
        for (const { count, what, note } of parts)
          print(`${String(count).padStart(3)}  ${note === undefined ? what : `${what.padEnd(width)}  ${note}`}`);
      }),
  );
}

function schemaCommand(): Command {
  return strict(
    new Command('schema')
      .description('Print the JSON Schema of board files, for editors.')
      .action(() => printJson(boardSchema(), 2)),
  );
}
