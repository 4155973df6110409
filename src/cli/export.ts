import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { FacilityId } from '../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { print, printText } from './print.ts';
import { checked } from './usage.ts';

interface Flags extends ApiFlags {
  readonly out?: string;
  readonly json?: true;
}

/** `tierphone export`: a facility's file, as a running platform has it. */
export function exportCommand(): Command {
  return withApi(new Command('export'))
    .description("Take a facility's file from a platform: imported there again it changes nothing.")
    .argument('<facility>', 'the facility', checked(FacilityId))
    .option('-o, --out <file>', 'into this file, which must be new, and which nobody else may read')
    .option('--json', 'JSON in place of YAML')
    .addHelpText(
      'after',
      '\nIn place of PINs it has hashes, which no other platform takes; of accounts no money. TIERPHONE_TOKEN must be for site.read.',
    )
    .action(async (facility: FacilityId, { out, json, ...flags }: Flags, self: Command) => {
      const taken = await apiOf(flags, self).take(`/facilities/${facility}/site`);
      const text = json ? taken : stringify(JSON.parse(taken), { lineWidth: 0 });
      if (out === undefined) return printText(text);
      writeFileSync(out, text, { mode: 0o600, flag: 'wx' });
      print(`${facility}: is in ${out}`);
    });
}
