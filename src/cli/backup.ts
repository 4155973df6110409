import { Command } from 'commander';
import { keygenCommand } from './keygen.ts';
import { strict } from './usage.ts';

/** `tierphone backup`: all of a platform in one file, which its key alone opens. */
export function backupCommand(): Command {
  return strict(new Command('backup'))
    .description('A platform in one file: database, keys and configuration, encrypted.')
    .addCommand(strict(keygenCommand()));
}
