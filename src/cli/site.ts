import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { FacilityId } from '../protocol/units.ts';
import { FileError } from './file.ts';
import { paint, print, printJson } from './print.ts';
import { Address, Answers, Exchange } from './site/answers.ts';
import { answersTo, type Said } from './site/ask.ts';
import { BACKUP_KEY, CARD, ORDER_KEY, SERVERS_CA } from './site/places.ts';
import type { Done } from './site/step.ts';
import { START } from './site/units.ts';
import { checked, strict } from './usage.ts';

interface Flags extends Said {
  readonly dryRun?: true;
  readonly start: boolean;
  readonly json?: true;
}

const EXAMPLES = `
Examples, as root on the server, where tierphone-platform, mosquitto and postgresql are installed:
  tierphone site init                                    asks for name and address
  tierphone site init --site site.yaml --address phones.pine-river.gov --exchange sip:sip.pine-river.gov
  tierphone site init --name "Pine River County Jail" --dry-run

Done again it changes nothing, and after a cut it goes on; certificates in the last third of their life are made anew. No secret is
asked for or shown, but for the link by which the first comes who runs the platform.`;

/** `tierphone site`: what is done once for a site, on its server. */
export function siteCommand(): Command {
  const { timeZone, name } = Answers.shape;
  const command = new Command('init')
    .description(
      'Make a site on this machine: database, keys, broker, certificates, configuration, first order; and start it.',
    )
    .option('--name <name>', "the facility's name", checked(name))
    .option('--id <id>', 'how orders and phones name it; made of its name otherwise', checked(FacilityId))
    .option('--time-zone <zone>', "its time zone, as America/Chicago; otherwise this machine's", checked(timeZone))
    .addOption(
      new Option('--site <file>', "the facility's file (YAML), in place of its name").conflicts([
        'name',
        'id',
        'timeZone',
      ]),
    )
    .option('--address <host>', 'name or address under which phones and browsers reach this server', checked(Address))
    .option('--exchange <uri>', 'where phones call, over TLS unless it says ;transport=udp', checked(SipUri))
    .addOption(new Option('--database <kind>', 'default: postgres, of this machine').choices(['postgres', 'embedded']))
    .option('--behind-proxy', 'a proxy on this machine has TLS for the page: port 8080 is for it')
    .option('--no-start', 'start nothing, and tell what does')
    .option('--dry-run', 'tell what would be made, and make nothing')
    .option('--json', 'as JSON')
    .addHelpText('after', EXAMPLES)
    .action(init);
  return strict(new Command('site').description('Make a site on one machine.').addCommand(strict(command)));
}

/** As `sip:sip.pine-river.gov;transport=udp`. */
const SipUri = z
  .string()
  .regex(/^sip:[A-Za-z0-9.-]+(:\d{1,5})?(;transport=(udp|tcp|tls))?$/, {
    error: 'an address is wanted, as sip:sip.pine-river.gov or sip:10.0.0.9:5060;transport=udp',
  })
  .transform((uri) => {
    const [, host, port, transport = 'tls'] = /^sip:([^:;]+)(?::(\d+))?(?:;transport=(\w+))?$/.exec(uri) ?? [];
    return Exchange.parse({ host, transport, ...(port && { port: Number(port) }) });
  });

async function init({ dryRun, start, json, ...said }: Flags): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new FileError('site init makes users’ files and databases: run it as root, on the server');
  const answers = await answersTo(said);
  // Loaded here, not above: other commands need neither database nor certificates.
  const { initSite } = await import('./site/init.ts');
  const tell = json ? () => undefined : (done: Done) => print(lineOf(done));
  const made = await initSite(answers, { dry: dryRun ?? false, start, tell });
  if (json) return printJson(made);
  for (const remark of made.remarks) print(remark);
  if (dryRun) return print('nothing was changed');
  print(made.runs ? 'checked: broker and platform run' : 'checked: all is well');
  for (const [n, line] of nextSteps(made).entries()) print(`${n + 1}. ${line}`);
}

const WORDS = { there: ['dim', 'is there'], made: ['green', 'made    '], missing: ['yellow', 'missing '] } as const;
const lineOf = ({ what, was }: Done) => [paint(WORDS[was][0], WORDS[was][1]), ` ${what}`];

function nextSteps({ runs, link }: { readonly runs: boolean; readonly link: string | null }): string[] {
  return [
    ...(runs ? [] : [`start it: ${START}; then journalctl -u tierphone-platform tells a link`]),
    ...(link === null
      ? []
      : [`open ${link} within the hour: who does runs this platform (browsers that are to know it: ${SERVERS_CA})`]),
    `copy ${CARD} to the boot partition of each phone’s card`,
    ...[ORDER_KEY, BACKUP_KEY]
      .filter((key) => existsSync(key))
      .map((key) => `take ${key} off this server, to a place that is safe`),
  ];
}
