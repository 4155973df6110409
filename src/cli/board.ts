import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { type Checked, checkBoard, type Fault } from '../terminal/board/check/check.ts';
import { BoardFile } from '../terminal/board/file.ts';
import { findingsHere } from '../terminal/board/here/here.ts';
import { partsOf } from '../terminal/board/parts.ts';
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
  /** Why the file cannot be read; null where it can. */
  readonly unreadable: string | null;
}

async function checkFile(file: string, here: boolean): Promise<File> {
  try {
    const { faults, board, locate } = checkBoard(readWhole(file));
    const found = here && board ? locate(await findingsHere(board)) : [];
    return { file, unreadable: null, faults: [...faults, ...found], board };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { file, unreadable: error.message, faults: [], board: null };
  }
}

const hasErrors = ({ faults }: File) => faults.some(({ level }) => level === 'error');

const asJson = ({ file, unreadable, faults }: File) => ({
  file,
  ...(unreadable !== null && { unreadable }),
  faults: faults.map(({ level, line, key, what, why, remedy }) => ({ level, line, key, what, why, remedy })),
});

function asText({ file, unreadable, faults, board }: File): string {
  if (unreadable !== null) return unreadable;
  const counts = (['error', 'warning'] as const).flatMap((level) => {
    const count = faults.filter((fault) => fault.level === level).length;
    return count === 0 ? [] : `${count} ${level}${count > 1 ? 's' : ''}`;
  });
  const verdict = counts.length > 0 ? counts.join(', ') : `${board?.name ?? ''}: all is well`;
  return [...faults.map((fault) => explain(file, fault)), `${file}: ${verdict}`].join('\n');
}

const explain = (file: string, { level, line, key, what, why, remedy }: Fault) =>
  `${file}:${line}: ${level}: ${key === '' ? '' : `${key}: `}${what}\n    why: ${why}\n    do:  ${remedy}\n`;

function wiringCommand(): Command {
  return strict(
    new Command('wiring')
      .description('Draw the wiring of a board as an SVG picture for a sheet of A4.')
      .argument('<file>', 'a board file')
      .option('-o, --out <file>', 'where the picture goes; printed without it')
      .action((file: string, { out }: { out?: string }) => {
        const picture = drawing(readYaml(file, BoardFile), basename(file));
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
      .option('--json', 'as JSON')
      .action((file: string, { json }: { json?: true }) => {
        const parts = partsOf(readYaml(file, BoardFile));
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
