import { Command } from 'commander';
import { z } from 'zod';
import { FacilityId } from '../protocol/units.ts';
import { readPlatformConfig } from './platform.ts';
import { complain, print, printJson } from './print.ts';
import { checked } from './usage.ts';

interface Flags {
  readonly config: string;
  readonly head: readonly Head[];
  readonly json?: true;
}

/** What the chain is called that belongs to no facility. */
const PLATFORM = 'platform';

const Head = z
  .string()
  .regex(/^[\w-]{1,63}:\d{1,15}:[0-9a-f]{64}$/, 'an end is wanted as it was printed, CHAIN:NUMBER:HASH')
  .transform((text) => {
    const [chain = '', number = '', hash = ''] = text.split(':');
    const facility = chain === PLATFORM ? ('' as const) : FacilityId.parse(chain);
    return { chain: facility, number: Number(number), hash };
  });
type Head = z.infer<typeof Head>;
const headOf = checked(Head);

/** `tierphone audit`: whether the trail of who did what is whole. */
export function auditCommand(): Command {
  const verify = new Command('verify')
    .description('Read every chain of the trail from its first line, and print where each ends.')
    .requiredOption('-c, --config <file>', "the platform's configuration (YAML)")
    .option(
      '--head <chain:number:hash>',
      'an end that was printed earlier, kept where the platform is not: it must still be there',
      (text: string, before: readonly Head[]) => [...before, headOf(text)],
      [],
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nKeep what it prints: only by that are lines found that were cut off the end. Ends with 1 where a chain is not whole.',
    )
    .action(async ({ config, head, json }: Flags) => {
      const { auditBeside } = await import('../platform/auditing.ts');
      const found = await auditBeside(readPlatformConfig(config), head, (cause) =>
        complain(`the database is not there: ${cause.message}: it is waited for`),
      );
      if (json) printJson(found);
      else
        for (const { chain, number, hash, wrong } of found)
          print(`${chain || PLATFORM}:${number}:${hash}${wrong === null ? '' : `  NOT WHOLE: ${wrong}`}`);
      if (found.some(({ wrong }) => wrong !== null))
        throw new Error('the trail is not whole: see the lines that say so');
    });
  return new Command('audit').description('The trail of who did what.').addCommand(verify);
}
