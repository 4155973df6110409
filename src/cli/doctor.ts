import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { type Finding, worstFirst } from '../protocol/finding.ts';
import type { TerminalStatus } from '../protocol/messages.ts';
import { FacilityId, TerminalId } from '../protocol/units.ts';
import { diagnose } from '../terminal/bench/diagnose.ts';
import { atBroker, type BrokerFlags, brokerOf } from './broker.ts';
import { platformFindings, SERVER_CONFIG } from './doctor/configuration.ts';
import { doctorHere } from './doctor/here.ts';
import { findingLines } from './doctor/print.ts';
import { doctorServer } from './doctor/server.ts';
import { print, printJson } from './print.ts';
import { RemotePhone } from './remote/phone.ts';
import { CONFIG } from './selftest.ts';
import { checked, strict } from './usage.ts';

interface Remote {
  readonly facility: FacilityId;
  readonly terminal: TerminalId;
}

interface Flags extends BrokerFlags {
  readonly remote?: Remote;
  readonly server?: true;
  readonly phones?: number;
  readonly json?: true;
}

const Phones = z.coerce.number().pipe(z.int().min(1).max(1_000_000));

const Named = z
  .string()
  .regex(/^[^/]+\/[^/]+$/, 'a facility and a terminal are wanted, as pine-river/B-1')
  .transform((text) => text.split('/'))
  .transform(([facility, terminal]) => ({
    facility: FacilityId.parse(facility),
    terminal: TerminalId.parse(terminal),
  }));

/** `tierphone doctor`: what is wrong, and what to do, the worst first. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      "Say what is wrong with a phone and what to do, the worst first: here, or by the status of a remote one. On a server: what is wrong with its broker, and with its platform's configuration.",
    )
    .option(
      '-c, --config <file>',
      `the terminal's configuration (${CONFIG}); with --remote a file whose mqtt: part names the broker`,
    )
    .option('--remote <facility/terminal>', 'another phone, by its status at the broker', checked(Named))
    .addOption(new Option('--broker <url>', 'with --remote: the broker, as mqtts://10.0.0.5:8883').conflicts('config'))
    .addOption(
      new Option('--ca <file>', "with --remote: the authority (PEM) of the broker's certificate").conflicts('config'),
    )
    .addOption(
      new Option(
        '--insecure',
        'with --remote: speak to another machine in clear text, for anybody on the way to read',
      ).conflicts('config'),
    )
    .option('--user <name>', 'user at the broker; its password is taken from TIERPHONE_MQTT_PASSWORD')
    .addOption(
      new Option('--server', 'the broker of this machine: so too where only a platform is configured').conflicts([
        ...['config', 'remote', 'broker', 'user'],
      ]),
    )
    .addOption(
      new Option(
        '--phones <number>',
        'on a server: how many phones there are; else those with an account at the broker',
      )
        .argParser(checked(Phones))
        .implies({ server: true }),
    )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExit codes: 0 calls can be made, 1 they cannot, 2 not used as it should be.')
    .action(async (flags: Flags, self: Command) => {
      const told = await examine(flags, self);
      if (flags.json) printJson(told);
      else {
        if (!told.running) print('no terminal runs here; this is what can be seen without it:');
        for (const line of findingLines(told.findings)) print(line);
      }
      if (told.findings.some(({ weight }) => weight === 'stops-calls')) process.exit(1);
    });
  return strict(command);
}

async function examine(flags: Flags, self: Command): Promise<{ running: boolean; findings: Finding[] }> {
  const { remote, config, phones } = flags;
  if (remote !== undefined) return { running: true, findings: await doctorThere(remote, flags, self) };
  const onlyServer = config === undefined && !existsSync(CONFIG) && existsSync(SERVER_CONFIG);
  if (flags.server || onlyServer)
    return {
      running: true,
      findings: worstFirst([...doctorServer(phones ?? null), ...platformFindings(SERVER_CONFIG)]),
    };
  return doctorHere(config ?? CONFIG);
}

/** What a terminal's retained status says is wrong; `tierphone command doctor` asks the terminal itself. */
async function doctorThere({ facility, terminal }: Remote, flags: Flags, self: Command): Promise<Finding[]> {
  const status = await atBroker(brokerOf(flags, self), async (client) =>
    (await RemotePhone.at(client, facility, terminal)).status(),
  );
  return ofStatus(status);
}

function ofStatus(status: TerminalStatus): Finding[] {
  if (!status.online) {
    return [
      {
        weight: 'stops-calls',
        what: 'the terminal is offline',
        why: 'it has no power, no network, or its program does not run',
        remedy: 'look at power and network; on the machine itself: tierphone doctor',
      },
    ];
  }
  const { recordsWaiting } = status;
  return diagnose({ seen: status, link: 'up', recordsWaiting, last: undefined });
}
