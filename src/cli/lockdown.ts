import { Command, Option } from 'commander';
import { z } from 'zod';
import { LockdownOrder, type LockdownScope, lockdownName } from '../protocol/lockdown.ts';
import { lockdownTopic } from '../protocol/topics.ts';
import { Duration, FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { atBroker } from './broker.ts';
import {
  type Aftermath,
  describe,
  giveAndFollow,
  mustBeAllowed,
  mustBeKnown,
  mustFitTheFacility,
  orUsage,
  scopeOf,
} from './orders/give.ts';
import { stillClosed, summary } from './orders/obeyed.ts';
import { clockTime, momentOf } from './orders/time.ts';
import { Watch } from './orders/watch.ts';
import { complain, paint, print, printJson, screen } from './print.ts';
import { type DeskFlags, deskOf, type Seal, sealOf, withDesk } from './profile.ts';
import { nextSequence } from './sequence.ts';
import { checked, strict, USAGE } from './usage.ts';

interface Flags extends DeskFlags {
  readonly facility?: FacilityId;
  readonly open?: true;
  readonly disable?: true;
  readonly lockdown?: true;
  readonly drop?: true;
  readonly drain?: true;
  readonly reason?: string;
  readonly until?: string;
  readonly wait: Millis;
  readonly json?: true;
}

/** `tierphone lockdown`: signs the wanted state of a facility, a unit or a terminal and publishes it. */
export function lockdownCommand(): Command {
  const command = new Command('lockdown')
    .description(
      'Order a lockdown, or its end. It stands until another order for the same scope, or until its time is up.',
    )
    .addHelpText('after', EXAMPLES);
  const facility = checked(FacilityId);
  command.addCommand(
    scoped('here', 'a unit, a phone or the whole facility of the profile: `here` need not be said')
      .argument('<where>', 'name of a unit, a phone or the facility')
      .option('--facility <name>', 'the facility, where no profile names it', facility)
      .action((where: string, flags: Flags, self: Command) => give(where, flags, self)),
    { isDefault: true },
  );
  command.addCommand(
    scoped('facility', 'every phone of a facility')
      .argument('<facility>', 'its name', facility)
      .action((id: FacilityId, flags: Flags, self: Command) => give({ kind: 'facility', facility: id }, flags, self)),
  );
  command.addCommand(
    scoped('unit', 'the phones of one housing unit')
      .argument('<facility>', 'the facility it is in', facility)
      .argument('<unit>', 'its name', checked(UnitId))
      .action((id: FacilityId, unit: UnitId, flags: Flags, self: Command) =>
        give({ kind: 'unit', facility: id, unit }, flags, self),
      ),
  );
  command.addCommand(
    scoped('terminal', 'one phone')
      .argument('<facility>', 'the facility it is in', facility)
      .argument('<terminal>', 'its name', checked(TerminalId))
      .action((id: FacilityId, terminal: TerminalId, flags: Flags, self: Command) =>
        give({ kind: 'terminal', facility: id, terminal }, flags, self),
      ),
  );
  return strict(command);
}

const EXAMPLES = `
Examples:
  tierphone lockdown B                           every phone of unit B, with a profile
  tierphone lockdown B-1 --drop --until 14:30    one phone, its call ends now; until the next 14:30 there
  tierphone lockdown pine-river --open           the whole facility
  tierphone lockdown unit pine-river B --disable --until 2h --reason meal --key orders.key.json --config admin.yaml

A profile (~/.config/tierphone/profile.yaml, or what --profile or TIERPHONE_PROFILE names):
  broker: mqtts://10.0.0.5:8883
  ca: ca.pem                    # the authority of the broker's certificate
  user: officer
  passwordFile: officer.password
  facility: pine-river
  key: orders.key.json          # private key of orders
  keys: orders.json             # the facility's keys, fixed or a signed set: a key that is not in it is refused
  site: pine-river.yaml         # optional: which phones there ought to be, and the time zone

Exit codes: 0 every phone that is online obeys, 1 one refuses or does not answer, or the order failed, 2 not used as it should be.`;

function scoped(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(new Option('--lockdown', 'no new call (the default)').conflicts(['open', 'disable']))
    .addOption(new Option('--disable', 'out of order: no new call').conflicts(['open', 'lockdown']))
    .addOption(new Option('--open', 'calls are allowed').conflicts(['disable', 'lockdown', 'drop', 'drain', 'until']))
    .addOption(new Option('--drop', 'calls in progress end now').conflicts('drain'))
    .addOption(new Option('--drain', 'calls in progress may finish (the default)').conflicts('drop'))
    .option(
      '-r, --reason <text>',
      'why; shown to staff (default: who ordered it)',
      checked(z.string().trim().min(1, 'some text is wanted').max(200, 'at most 200 letters are taken')),
    )
    .option('--until <time>', 'until when it stands, as 14:30, 2h or ISO 8601; without it until another order')
    .option('--wait <time>', 'how long phones may take to obey', checked(Duration), 5_000 as Millis)
    .option('--json', 'print what came of it as JSON');
  return strict(withDesk(command, { signs: true }));
}

/** Gives an order, and tells what the phones made of it. `where` is a scope, or a name to be looked up. */
async function give(where: LockdownScope | string, flags: Flags, command: Command): Promise<void> {
  const { broker, facility: usual, ought, timeZone } = deskOf(flags, command);
  const facility = typeof where === 'string' ? (flags.facility ?? usual) : where.facility;
  if (facility === null)
    return command.error('error: --facility or a profile must name the facility', { exitCode: USAGE });
  const seal = sealOf(flags, command);
  const began = Date.now() as Instant;
  const until = flags.until === undefined ? null : untilOf(flags.until, began, timeZone, command);
  const here = ought?.facility.id === facility ? ought : null;
  const code = await atBroker(broker, async (client) => {
    const watch = await Watch.over(client, facility, here);
    await mustFitTheFacility(seal, watch);
    const scope = typeof where === 'string' ? scopeOf(where, facility, watch) : where;
    mustBeKnown(scope, watch);
    const order = await orderFor(scope, flags, seal, { since: began, until });
    await mustBeAllowed(order, seal, watch);
    const show = process.stdout.isTTY && !flags.json ? screen() : null;
    const words = (so: Aftermath) =>
      summary(so.outcomes, so.calls, { ms: so.ms, now: Date.now() as Instant, timeZone });
    const line = describe(order, until === null ? null : clockTime(until, began, timeZone));
    const progress = (so: Aftermath) => show?.draw([line, words(so)]);
    const after = await giveAndFollow(client, watch, order, seal, { wait: flags.wait, progress });
    const failed = after.outcomes.some(({ result }) => result === 'refused' || result === 'silent');
    const closed = stillClosed(
      order,
      after.outcomes.map(({ phone }) => phone),
    );
    if (flags.json) printJson(asJson(order, after));
    else {
      const outcome = paint(failed ? 'red' : 'green', words(after));
      if (show) show.draw([line, outcome]);
      else for (const each of [line, outcome]) print(each);
      if (closed !== null) print(paint('yellow', closed));
    }
    if (after.outcomes.length === 0) complain(`no phone of ${facility} was ever here: is that its name?`);
    return failed ? 1 : 0;
  }).catch(orUsage(command));
  if (code !== 0) process.exit(code);
}

function untilOf(text: string, now: Instant, timeZone: string | undefined, command: Command): Instant {
  try {
    return momentOf(text, now, timeZone);
  } catch (error) {
    return command.error(`error: ${error instanceof Error ? error.message : String(error)}`, { exitCode: USAGE });
  }
}

async function orderFor(
  scope: LockdownScope,
  flags: Flags,
  { key, keyFile }: Seal,
  { since, until }: Pick<LockdownOrder, 'since' | 'until'>,
) {
  return LockdownOrder.parse({
    scope,
    state: flags.open ? 'open' : flags.disable ? 'disabled' : 'lockdown',
    mode: flags.drop ? 'drop' : 'drain',
    reason: flags.reason ?? `ordered by ${key.kid}`,
    issuer: key.kid,
    sequence: await nextSequence(keyFile, lockdownName(scope), since),
    since,
    until,
  });
}

const asJson = (order: LockdownOrder, { outcomes, calls, ms }: Aftermath) => ({
  topic: lockdownTopic(order.scope),
  order,
  ms: Math.round(ms),
  calls,
  phones: outcomes.map(({ phone: { terminal, unit, status, at }, result, reason }) => ({
    ...{ terminal, unit, result, reason, at },
    lockdown: status?.online ? status.lockdown : null,
  })),
});
