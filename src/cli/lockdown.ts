import { Command, Option } from 'commander';
import { z } from 'zod';
import { OrderPrivateKey } from '../protocol/keys.ts';
import { LockdownOrder, type LockdownScope, lockdownName } from '../protocol/lockdown.ts';
import { signOrder } from '../protocol/signing.ts';
import { lockdownTopic } from '../protocol/topics.ts';
import { after, Duration, FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { atBroker, type BrokerFlags, brokerOf, inTime, listen, withBroker } from './broker.ts';
import { readYaml } from './file.ts';
import { print, printJson } from './print.ts';
import { nextSequence } from './sequence.ts';
import { checked, strict } from './usage.ts';

interface Flags extends BrokerFlags {
  readonly open?: true;
  readonly disable?: true;
  readonly lockdown?: true;
  readonly drop?: true;
  readonly drain?: true;
  readonly reason: string;
  readonly until?: Millis;
  readonly key: string;
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
  tierphone lockdown facility pine-river --drop --reason "count" --key orders.key.json --broker mqtt://10.0.0.5
  tierphone lockdown unit pine-river B --disable --until 2h --reason "meal" --key orders.key.json --config admin.yaml
  tierphone lockdown facility pine-river --open --reason "count clear" --key orders.key.json --config admin.yaml

Exit codes: 0 the broker holds the order, 1 refused or failed, 2 not used as it should be.`;

function scoped(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .addOption(new Option('--lockdown', 'no new call (the default)').conflicts(['open', 'disable']))
    .addOption(new Option('--disable', 'out of order: no new call').conflicts(['open', 'lockdown']))
    .addOption(new Option('--open', 'calls are allowed').conflicts(['disable', 'lockdown', 'drop', 'drain', 'until']))
    .addOption(new Option('--drop', 'calls in progress end now').conflicts('drain'))
    .addOption(new Option('--drain', 'calls in progress may finish (the default)').conflicts('drop'))
    .requiredOption('-r, --reason <text>', 'why; shown to staff', checked(z.string().trim().min(1).max(200)))
    .option('--until <time>', 'how long it stands, as 30m or 2h; without it until another order', checked(Duration))
    .requiredOption('-k, --key <file>', 'private key of orders, as `tierphone keys` makes it')
    .option('--json', 'print the order as JSON');
  return strict(withBroker(command));
}

async function give(scope: LockdownScope, flags: Flags, command: Command): Promise<void> {
  const broker = brokerOf(flags, command);
  const key = readYaml(flags.key, OrderPrivateKey);
  const now = Date.now() as Instant;
  const order = LockdownOrder.parse({
    scope,
    state: flags.open ? 'open' : flags.disable ? 'disabled' : 'lockdown',
    mode: flags.drop ? 'drop' : 'drain',
    reason: flags.reason,
    issuer: key.kid,
    sequence: await nextSequence(flags.key, lockdownName(scope), now),
    since: now,
    until: flags.until === undefined ? null : after(now, flags.until),
  });
  const topic = lockdownTopic(scope);
  await publish(broker, topic, await signOrder(order, key));
  if (flags.json) printJson({ topic, order });
  else print(describe(order));
}

/**
 * Publishes, and waits until the broker hands the order back: its acknowledgement alone says nothing,
 * for MQTT 3.1.1 acknowledges what it denies.
 */
async function publish(broker: ReturnType<typeof brokerOf>, topic: string, jws: string): Promise<void> {
  await atBroker(broker, async (client) => {
    const { heard } = await listen(client, topic, (payload) => payload === jws);
    await inTime(
      client.publishAsync(topic, jws, { qos: 1, retain: true }),
      'the broker does not acknowledge the order',
    );
    const why = `the broker did not accept the order: give this user the right to write ${topic}`;
    // It has acknowledged: what it accepted is on its way back by now.
    await inTime(heard, why, 3_000);
  });
}

function describe({ scope, state, mode, until, sequence }: LockdownOrder): string {
  const wanted = { open: 'open', disabled: 'disabled', lockdown: 'lockdown' }[state];
  const calls = { drop: 'calls in progress end now', drain: 'calls in progress may finish' }[mode];
  const time = until === null ? '' : `, until ${new Date(until).toISOString()}`;
  return `${lockdownName(scope)}: ${wanted}${state === 'open' ? '' : `, ${calls}`}${time} (order ${sequence})`;
}
