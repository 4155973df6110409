import { Command } from 'commander';
import { type Checked, checkBoard, type Fault } from '../terminal/board/check/check.ts';
import { boardSchema } from '../terminal/board/schema.ts';
import { FileError, readWhole } from './file.ts';
import { strict, USAGE } from './usage.ts';

/** `tierphone board`: checks board files, and makes of them what a technician needs. */
export function boardCommand(): Command {
  return strict(
    new Command('board')
      .description('Board files: what a phone is made of and how it is wired.')
      .addCommand(checkCommand())
      .addCommand(schemaCommand()),
  );
}

function checkCommand(): Command {
  return strict(
    new Command('check')
      .description('Explain every fault in board files: where it is, why it matters, and what to do.')
      .argument('<file...>', 'board files (JSON or YAML)')
      .option('--json', 'as JSON')
      .addHelpText('after', '\nExit codes: 0 no errors (there may be warnings), 1 errors, 2 a file cannot be read.')
      .action((files: readonly string[], { json }: { json?: true }) => {
        const all = files.map(checkFile);
        if (json) console.log(JSON.stringify(all.map(asJson), null, 2));
        else for (const each of all) console.log(asText(each));
        const code = all.some(({ unreadable }) => unreadable !== null) ? USAGE : all.some(hasErrors) ? 1 : 0;
        if (code !== 0) process.exit(code);
      }),
  );
}

interface File extends Checked {
  readonly file: string;
  /** Why the file cannot be read; null where it can. */
  readonly unreadable: string | null;
}

function checkFile(file: string): File {
  try {
    return { file, unreadable: null, ...checkBoard(readWhole(file)) };
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

function schemaCommand(): Command {
  return strict(
    new Command('schema')
      .description('Print the JSON Schema of board files, for editors.')
      .action(() => console.log(JSON.stringify(boardSchema(), null, 2))),
  );
}
