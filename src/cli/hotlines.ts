import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { OrderPrivateKey, RootPrivateKey } from '../protocol/keys.ts';
import { HotlineList } from '../protocol/messages.ts';
import { signHotlines } from '../protocol/signing.ts';
import { readYaml } from './file.ts';
import { print } from './print.ts';

/** `tierphone hotlines`: signs the list of numbers that a terminal may dial without asking. */
export function hotlinesCommand(): Command {
  return new Command('hotlines')
    .description('Sign a list of hotlines: what terminals may dial without PIN and with the platform down.')
    .argument(
      '<list>',
      'the list (YAML: facility, sequence, hotlines with code, number, limit in ms, hidden, privileged)',
    )
    .requiredOption(
      '-k, --key <file>',
      'private key of orders, as `tierphone keys` makes it, or the root key of the site',
    )
    .requiredOption(
      '-o, --out <file>',
      "where the signed list goes; `hotlines:` of a terminal's configuration names it",
    )
    .action(async (list: string, { key, out }: { key: string; out: string }) => {
      writeFileSync(
        out,
        await signHotlines(readYaml(list, HotlineList), readYaml(key, z.union([OrderPrivateKey, RootPrivateKey]))),
      );
      print(`${out}: signed`);
    });
}
