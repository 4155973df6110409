import { Command } from 'commander';
import { Decommissioned } from '../protocol/api/claims.ts';
import { FacilityId, TerminalId } from '../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { print, printJson } from './print.ts';
import { checked, strict } from './usage.ts';

interface Flags extends ApiFlags {
  readonly why: string;
  readonly json?: true;
}

/** `tierphone decommission`: a phone is taken out of service. */
export function decommissionCommand(): Command {
  return withApi(strict(new Command('decommission')))
    .description('Take a phone out of service: nothing of it works any more, at once; its records stay.')
    .argument('<facility>', 'the facility it is in', checked(FacilityId))
    .argument('<phone>', 'its name', checked(TerminalId))
    .requiredOption('--why <text>', 'why; it stands in the trail')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `
Example, with a token in TIERPHONE_TOKEN that is for terminals.change:
  tierphone decommission pine-river B-1 --why 'torn off the wall' --url https://phones.pine-river.gov

Put back, it is claimed anew; another phone takes its place with tierphone claim CODE --phone B-1.
Exit codes: 0 done, 1 refused or failed, 2 not used as it should be.`,
    )
    .action(async (facility: FacilityId, phone: TerminalId, { why, ...flags }: Flags, self: Command) => {
      const path = `/facilities/${facility}/terminals/${phone}/decommission`;
      const gone = await apiOf(flags, self).ask(Decommissioned, path, { why });
      if (flags.json) return printJson(gone);
      print(`${gone.terminal} (serial ${gone.serial}) is out of service`);
    });
}
