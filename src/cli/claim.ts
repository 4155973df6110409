import { Command, Option } from 'commander';
import { Claimed, Claims } from '../protocol/api/claims.ts';
import { ClaimCode } from '../protocol/claim.ts';
import { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { claimedLines, claimLine, withOption } from './fitting/words.ts';
import { print, printJson } from './print.ts';
import { checked, strict, USAGE } from './usage.ts';

interface Flags extends ApiFlags {
  readonly facility?: FacilityId;
  readonly json?: true;
}

interface ClaimFlags extends Flags {
  readonly phone?: TerminalId;
  readonly unit?: UnitId;
  readonly replace?: true;
}

/** `tierphone claim`: a phone that is new becomes the phone of a place, by the six digits that its handset says. */
export function claimCommand(): Command {
  return asking(new Command('claim'))
    .description('Claim the phone whose handset says these six digits; or list the phones that were claimed.')
    .argument('<code>', 'six digits, good for ten minutes: lift the handset for the next', checked(ClaimCode))
    .addOption(facilityOption())
    .option(
      '--phone <name>',
      'which phone it is; need not be said of one that was announced (tierphone announce)',
      checked(TerminalId),
    )
    .option('--unit <unit>', 'where a phone hangs that is new in the facility', checked(UnitId))
    .option('--replace', 'it takes the place of the one that is there, which is dead at once')
    .addHelpText('after', EXAMPLES)
    .addCommand(listCommand())
    .action(claim);
}

const EXAMPLES = `
Examples, with a token in TIERPHONE_TOKEN that is for terminals.change (the list: terminals.read):
  tierphone claim 482913 --facility pine-river --phone B-1 --url https://phones.pine-river.gov
  tierphone claim 482913 --facility pine-river --phone B-15 --unit B --config platform.yaml
  tierphone claim 482913 --facility pine-river --phone B-1 --replace --config platform.yaml
  tierphone claim list --facility pine-river --config platform.yaml

Where four digits are printed, press them on the phone: so it knows that this is its platform.
Exit codes: 0 claimed, 1 refused or failed, 2 not used as it should be.`;

const asking = (command: Command): Command => withApi(strict(command)).option('--json', 'as JSON');

const facilityOption = () => new Option('--facility <id>', 'the facility').argParser(checked(FacilityId));

const facilityOf = ({ facility }: Flags, self: Command): FacilityId =>
  facility ?? self.error('error: --facility must name the facility', { exitCode: USAGE });

async function claim(code: ClaimCode, flags: ClaimFlags, self: Command): Promise<void> {
  const { phone: terminal, unit, replace = false, json } = flags;
  const facility = facilityOf(flags, self);
  const wanted = { code, ...(terminal && { terminal }), ...(unit && { unit }), replace };
  const claimed = await apiOf(flags, self)
    .ask(Claimed, `/facilities/${facility}/claims`, wanted)
    .catch((no: Error) => {
      throw withOption(no);
    });
  if (json) return printJson(claimed);
  for (const line of claimedLines(claimed)) print(line);
}

function listCommand(): Command {
  return asking(new Command('list'))
    .description(
      'The phones of a facility that were claimed: which box each is, by whom, and whether it has all it needs.',
    )
    .addOption(facilityOption())
    .action(async (_: Flags, self: Command) => {
      // The command above has the same options, and takes them wherever they stand.
      const flags = self.optsWithGlobals<ClaimFlags>();
      const odd = (['phone', 'unit', 'replace'] as const).find((name) => flags[name] !== undefined);
      if (odd)
        self.error(`error: --${odd} is for a claim: a list shows all phones of the facility`, { exitCode: USAGE });
      const { items } = await apiOf(flags, self).ask(Claims, `/facilities/${facilityOf(flags, self)}/claims`);
      if (flags.json) return printJson(items);
      for (const one of items) print(claimLine(one));
      print(items.length === 1 ? '1 phone' : `${items.length} phones`);
    });
}
