import { Command } from 'commander';
import { z } from 'zod';
import { FacilityId } from '../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { chainsAt } from './chains.ts';
import { print, printJson } from './print.ts';
import { checked } from './usage.ts';

interface Flags extends ApiFlags {
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
  const verify = withApi(new Command('verify'))
    .description('Read every chain of the trail, line by line, and print where each ends.')
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
    .action(async ({ head, json, ...flags }: Flags, self: Command) => {
      const found = await chainsAt(apiOf(flags, self), head);
      if (json) printJson(found);
      else
        for (const { chain, number, hash, wrong } of found)
          print(`${chain || PLATFORM}:${number}:${hash}${wrong === null ? '' : `  NOT WHOLE: ${wrong}`}`);
      if (found.some(({ wrong }) => wrong !== null))
        throw new Error('the trail is not whole: see the lines that say so');
    });
  return new Command('audit').description('The trail of who did what.').addCommand(verify);
}
