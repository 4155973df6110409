import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { Code, hashCode } from '../terminal/bench/code.ts';
import { print } from './print.ts';
import { strict } from './usage.ts';

/** `tierphone code`: makes of a technician's code what goes into a configuration. */
export function codeCommand(): Command {
  const command = new Command('code')
    .description(
      "Make the hash of a technician's code, for maintenance: of terminal.yaml. The code is read from the input.",
    )
    .action(async () => {
      const input = createInterface({ input: process.stdin, ...(process.stdin.isTTY && { output: process.stderr }) });
      const keyed = await input
        .question(process.stdin.isTTY ? 'code of 6 to 16 digits: ' : '')
        .finally(() => input.close());
      const code = Code.safeParse(keyed.trim());
      if (!code.success) throw new Error(code.error.issues[0]?.message ?? 'no code');
      print('maintenance:');
      print(`  code: ${await hashCode(code.data)}`);
    });
  return strict(command);
}
