#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
import { FileError } from './file.ts';
import { endWithReader } from './pipe.ts';
import { complain } from './print.ts';
import { makeProgram } from './program.ts';
import { exitCodeOf } from './usage.ts';

endWithReader();
try {
  await makeProgram().parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // A faulty file has a line for each fault; any other message is one line, whatever stands in it.
  for (const line of error instanceof FileError ? message.split('\n') : [message]) complain(`tierphone: ${line}`);
  process.exit(exitCodeOf(error));
}
