import { type Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { NameTaken } from '../platform/leases/name-taken.ts';
import { inWords } from '../protocol/words.ts';
import { FileError } from './file.ts';
import { printText } from './print.ts';

/** Exit codes of every command: 0 done, 1 refused or failed, 2 not used as it should be, 3 another runs in its place already. */
export const USAGE = 2;
const TAKEN = 3;

/** The exit code that says of an error whether trying again can help: only after a 1. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof FileError) return USAGE;
  return error instanceof NameTaken ? TAKEN : 1;
}

/** Makes a command that is used wrongly end with exit code 2: commander's own is 1. */
export function strict(command: Command): Command {
  return command
    .configureOutput({ writeOut: (text) => printText(text), writeErr: (text) => printText(text, process.stderr) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));
}

/** An argument or option checked by a schema; what is wrong is said in the schema's words. */
export function checked<T>(schema: z.ZodType<T>): (text: string) => T {
  return (text) => {
    const result = schema.safeParse(text, { error: inWords });
    if (result.success) return result.data;
    throw new InvalidArgumentError(result.error.issues[0]?.message ?? 'not as it should be');
  };
}
