import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { Site } from '../platform/facilities/site.ts';
import { SiteReport } from '../protocol/api/site.ts';
import { type ApiFlags, apiOf, withApi } from './api.ts';
import { readYamlAsWritten } from './file.ts';
import { placeholdersIn } from './placeholders.ts';
import { print, printJson, progressLine } from './print.ts';
import { tellChecked } from './remarks.ts';

interface Flags extends ApiFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `tierphone import`: a running platform is made as a facility's file says. */
export function importCommand(): Command {
  return withApi(new Command('import'))
    .description("Make a platform as a facility's file says. What is taken away is told first, and asked for.")
    .argument('<file>', "the facility's file (YAML)")
    .option('--check', 'read and check the file, then stop: no platform is asked')
    .option('--dry-run', 'tell what would be changed, and change nothing')
    .option('--yes', 'take away what the file does not name any more, without asking')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe file is checked whole before anything is written, and comes in at once: cut short, nothing of it is there. TIERPHONE_TOKEN\nmust be for site.change, and for money.deposit where opening balances are paid in; of a new facility, for all of the platform.',
    )
    .action(async (file: string, { check, dryRun, yes, json, ...flags }: Flags, self: Command) => {
      const { tell, end } = progressLine();
      tell(`${file} is read`);
      const { written, read } = readYamlAsWritten(file, Site);
      end();
      if (check) return tellChecked(file, { allowed: [], left: placeholdersIn(read) }, 'all is well');
      const api = apiOf(flags, self);
      const send = (query: string): Promise<SiteReport> => {
        tell(`${read.facility.id}: is compared with ${file}`);
        return api
          .send(SiteReport, `/facilities/${read.facility.id}/site?${query}`, JSON.stringify(written))
          .finally(end);
      };
      const wanted = await send('dryRun=true');
      const show = (report: SiteReport) => {
        if (json) return printJson(report);
        for (const line of report.words) print(line);
      };
      if (dryRun || isNothing(wanted)) return show(wanted);
      const { callers, phones } = wanted.losses;
      const takesAway = callers + phones.length > 0;
      if (takesAway && !yes) {
        show(wanted);
        await mustAgree(self);
      }
      const done = await send(`takeAway=${takesAway}`);
      if (json) return printJson(done);
      if (!takesAway || yes) show(done);
      print(`${done.facility}: is as the file says now`);
    });
}

const isNothing = ({ changes, paidIn }: SiteReport): boolean => changes.length === 0 && Number(paidIn) === 0;

/** Asks whoever sits there; where nobody does, it is refused. */
async function mustAgree(command: Command): Promise<void> {
  if (!process.stdin.isTTY)
    command.error('error: it takes away what the file does not name: look at it, and say --yes', { exitCode: 1 });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question('Do all of this? [y/N] ').finally(() => asking.close());
  if (!/^y(es)?$/i.test(answer.trim())) command.error('nothing was changed', { exitCode: 1 });
}
