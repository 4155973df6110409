import { Command, Option } from 'commander';
import { verifyResult } from '../protocol/attest.ts';
import type { Command as Order } from '../protocol/command.ts';
import type { Part, SelfTestResult } from '../protocol/self-test.ts';
import { PARTS } from '../protocol/self-test.ts';
import { FacilityId, type Instant, TerminalId } from '../protocol/units.ts';
import { asJson, asLines, onScreen, type Show } from './bench/show.ts';
import { atBroker } from './broker.ts';
import { findingLines } from './doctor/print.ts';
import { hands } from './hands.ts';
import { mustBeKnown, mustFitTheFacility, orUsage } from './orders/give.ts';
import { absence } from './orders/obeyed.ts';
import { Watch } from './orders/watch.ts';
import { complain, print, printJson } from './print.ts';
import { type DeskFlags, deskOf, sealOf, withDesk } from './profile.ts';
import { RemotePhone, type Staff } from './remote/phone.ts';
import { partsOf } from './selftest.ts';
import { strict, USAGE } from './usage.ts';

interface Flags extends DeskFlags {
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
            simple([f, t], { type: 'restart', now: flags.now === true }, flags, self),
          ),
      )
      .addCommand(
        ofTerminal('cut-off', 'end the call that is up').action((f, t, flags, self) =>
          simple([f, t], { type: 'cut-off' }, flags, self),
        ),
      ),
  );
}

const EXAMPLES = `
Examples:
  tierphone command cut-off B-1                    with a profile (tierphone lockdown --help)
  tierphone command self-test pine-river B-1 --key orders.key.json --broker mqtts://10.0.0.5
  tierphone command restart pine-river B-1 --key orders.key.json --config admin.yaml

Exit codes: 0 done (a self-test: passed), 1 refused or failed, 2 not used as it should be.`;

const ofTerminal = (name: string, description: string): Command =>
  withDesk(strict(new Command(name)).description(description), { signs: true })
    .usage('[options] [facility] <phone>')
    .argument('<facility>', 'the facility it is in; need not be said with a profile')
    .argument('[phone]', 'its name')
    .option('--json', 'print lines of JSON');

/** The phone that one or two names are: alone it is one of the profile's facility. */
function named(one: string, other: string | undefined, usual: FacilityId | null, self: Command): Named {
  const [facility, terminal] = other === undefined ? [usual, one] : [one, other];
  if (facility === null) return self.error('error: two names or a profile must name the facility', { exitCode: USAGE });
  const read = { facility: FacilityId.safeParse(facility), terminal: TerminalId.safeParse(terminal) };
  const wrong = read.facility.error ?? read.terminal.error;
  if (wrong) return self.error(`error: ${wrong.issues[0]?.message}`, { exitCode: USAGE });
  return { facility: FacilityId.parse(facility), terminal: TerminalId.parse(terminal) };
}

interface Named {
  readonly facility: FacilityId;
  readonly terminal: TerminalId;
}

/** Does something with a phone that is known and online, by a key that it would obey. */
async function withPhone<T>(
  [one, other]: Names,
  flags: Flags,
  self: Command,
  deed: (phone: RemotePhone, staff: Staff) => Promise<T>,
): Promise<T> {
  const { broker, facility: usual, ought, timeZone } = deskOf(flags, self);
  const { facility, terminal } = named(one, other, usual, self);
  const seal = sealOf(flags, self);
  return atBroker(broker, async (client) => {
    const watch = await Watch.over(client, facility, ought?.facility.id === facility ? ought : null);
    await mustFitTheFacility(seal, watch);
    mustBeKnown({ kind: 'terminal', facility, terminal }, watch);
    const seen = watch.phones.find((phone) => phone.terminal === terminal);
    if (seen && !seen.status?.online)
      throw new Error(`${terminal}: ${absence(seen, Date.now() as Instant, timeZone)}: it cannot be told anything`);
    return deed(await RemotePhone.at(client, facility, terminal), seal);
  }).catch(orUsage(self));
}

type Names = readonly [one: string, other: string | undefined];

async function simple(names: Names, order: Order, flags: Flags, self: Command): Promise<void> {
  const detail = await withPhone(names, flags, self, (phone, staff) => phone.command(order, staff));
  if (flags.json) printJson({ outcome: 'obeyed', detail });
  else print(detail);
}

async function doctor(one: string, other: string | undefined, flags: Flags, self: Command): Promise<void> {
  const diagnosis = await withPhone([one, other], flags, self, async (phone, staff) => {
    await phone.command({ type: 'doctor' }, staff);
    for await (const event of phone.events) if (event.type === 'diagnosis') return event.diagnosis;
    throw new Error('the broker has gone away');
  });
  if (flags.json) printJson(diagnosis);
  else for (const line of findingLines(diagnosis.findings)) print(line);
  if (diagnosis.findings.some(({ weight }) => weight === 'stops-calls')) process.exit(1);
}

async function selfTest(one: string, other: string | undefined, flags: Flags, self: Command): Promise<void> {
  if (flags.do !== 'start') return simple([one, other], { type: 'self-test', do: flags.do }, flags, self);
  const result = await withPhone([one, other], flags, self, async (phone, staff) => {
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
