import { Command, Option } from 'commander';
import { verifyResult } from '../protocol/attest.ts';
import type { Command as Order } from '../protocol/command.ts';
import { OrderPrivateKey } from '../protocol/keys.ts';
import type { Part, SelfTestResult } from '../protocol/self-test.ts';
import { PARTS } from '../protocol/self-test.ts';
import { FacilityId, TerminalId } from '../protocol/units.ts';
import { asJson, asLines, onScreen, type Show } from './bench/show.ts';
import { atBroker, type BrokerFlags, brokerOf, withBroker } from './broker.ts';
import { findingLines } from './doctor/print.ts';
import { readYaml } from './file.ts';
import { hands } from './hands.ts';
import { complain, print, printJson } from './print.ts';
import { RemotePhone, type Staff } from './remote/phone.ts';
import { partsOf } from './selftest.ts';
import { checked, strict } from './usage.ts';

interface Flags extends BrokerFlags {
  readonly key: string;
  readonly json?: true;
  readonly parts?: Part[];
  readonly do: 'start' | 'skip' | 'yes' | 'no' | 'stop';
  readonly now?: true;
}

/** `tierphone command`: has one terminal, wherever it is, do something now. */
export function commandCommand(): Command {
  return strict(
    new Command('command')
      .description('Have one terminal do something now: a signed command, good for a minute, obeyed once.')
      .addHelpText('after', EXAMPLES)
      .addCommand(
        ofTerminal('self-test', 'try out its parts, shown live; s skips, y and n answer, q stops')
          .option('-p, --parts <list>', `only these: ${PARTS.join(',')}`, partsOf)
          .addOption(
            new Option('--do <what>', 'steer one that is under way')
              .choices(['start', 'skip', 'yes', 'no', 'stop'])
              .default('start'),
          )
          .action(selfTest),
      )
      .addCommand(ofTerminal('doctor', 'say what is wrong with it').action(doctor))
      .addCommand(
        ofTerminal('restart', 'end its program, to be started again; refused while a call is up')
          .option('--now', 'also while a call is up, which ends it')
          .action((f, t, flags: Flags, self) =>
            simple(f, t, { type: 'restart', now: flags.now === true }, flags, self),
          ),
      )
      .addCommand(
        ofTerminal('cut-off', 'end the call that is up').action((f, t, flags, self) =>
          simple(f, t, { type: 'cut-off' }, flags, self),
        ),
      ),
  );
}

const EXAMPLES = `
Examples:
  tierphone command self-test pine-river B-1 --key orders.key.json --broker mqtt://10.0.0.5
  tierphone command restart pine-river B-1 --key orders.key.json --config admin.yaml

Exit codes: 0 done (a self-test: passed), 1 refused or failed, 2 not used as it should be.`;

const ofTerminal = (name: string, description: string): Command =>
  withBroker(strict(new Command(name)).description(description))
    .argument('<facility>', 'the facility it is in', checked(FacilityId))
    .argument('<terminal>', 'its name', checked(TerminalId))
    .requiredOption('-k, --key <file>', 'private key of orders, as `tierphone keys` makes it')
    .option('--json', 'print lines of JSON');

async function withPhone<T>(
  facility: FacilityId,
  terminal: TerminalId,
  flags: Flags,
  self: Command,
  deed: (phone: RemotePhone, staff: Staff) => Promise<T>,
): Promise<T> {
  const staff = { key: readYaml(flags.key, OrderPrivateKey), keyFile: flags.key };
  return atBroker(brokerOf(flags, self), async (client) =>
    deed(await RemotePhone.at(client, facility, terminal), staff),
  );
}

async function simple(
  facility: FacilityId,
  terminal: TerminalId,
  order: Order,
  flags: Flags,
  self: Command,
): Promise<void> {
  const detail = await withPhone(facility, terminal, flags, self, (phone, staff) => phone.command(order, staff));
  if (flags.json) printJson({ outcome: 'obeyed', detail });
  else print(detail);
}

async function doctor(facility: FacilityId, terminal: TerminalId, flags: Flags, self: Command): Promise<void> {
  const diagnosis = await withPhone(facility, terminal, flags, self, async (phone, staff) => {
    await phone.command({ type: 'doctor' }, staff);
    for await (const event of phone.events) if (event.type === 'diagnosis') return event.diagnosis;
    throw new Error('the broker has gone away');
  });
  if (flags.json) printJson(diagnosis);
  else for (const line of findingLines(diagnosis.findings)) print(line);
  if (diagnosis.findings.some(({ weight }) => weight === 'stops-calls')) process.exit(1);
}

async function selfTest(facility: FacilityId, terminal: TerminalId, flags: Flags, self: Command): Promise<void> {
  if (flags.do !== 'start') return simple(facility, terminal, { type: 'self-test', do: flags.do }, flags, self);
  const result = await withPhone(facility, terminal, flags, self, async (phone, staff) => {
    const { parts } = flags;
    await phone.command({ type: 'self-test', do: 'start', ...(parts && { parts }) }, staff);
    return follow(phone, staff, flags);
  });
  if (result.verdict !== 'passed') process.exit(1);
}

/** Shows a test until its result has come. @throws Error where a result is not to be believed */
async function follow(phone: RemotePhone, staff: Staff, { json }: Flags): Promise<SelfTestResult> {
  const show: Show = json ? asJson() : process.stdout.isTTY ? onScreen() : asLines(print);
  const release = hands((what) => {
    const order: Order = { type: 'self-test', do: what };
    phone.command(order, staff).catch((error: Error) => complain(error.message));
  });
  let id = '';
  try {
    for await (const event of phone.events) {
      if (event.type === 'self-test') {
        id = event.progress.id;
        show.progress(event.progress);
      }
      if (event.type !== 'self-test-result') continue;
      const { result } = await verifyResult(event.jws);
      // One of an earlier test may come first: a broker has had it only now.
      if (id !== '' && result.id !== id) continue;
      show.result(result, event.jws);
      return result;
    }
    throw new Error('the broker has gone away');
  } finally {
    release();
  }
}
