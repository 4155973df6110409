import { dirname } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { OrderPrivateKey } from '../protocol/keys.ts';
import { LockdownOrder, type LockdownScope, lockdownName } from '../protocol/lockdown.ts';
import { signOrder } from '../protocol/signing.ts';
import { lockdownTopic } from '../protocol/topics.ts';
import { after, Duration, FacilityId, type Instant, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { openDocument } from '../terminal/storage/document.ts';
import { lockFolder } from '../terminal/storage/lock.ts';
import { readYaml } from './file.ts';
import { type BrokerAccess, publishRetained } from './publish.ts';
import { checked, strict, USAGE } from './usage.ts';

interface Flags {
  readonly open?: true;
  readonly disable?: true;
  readonly lockdown?: true;
  readonly drop?: true;
  readonly drain?: true;
  readonly reason: string;
  readonly until?: Millis;
  readonly key: string;
  readonly broker?: string;
  readonly user?: string;
  readonly config?: string;
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
    .option('--broker <url>', 'the broker, as mqtt://10.0.0.5:1883')
    .option('--user <name>', 'user at the broker; its password is taken from TIERPHONE_MQTT_PASSWORD')
    .addOption(
      new Option('--config <file>', 'a file whose mqtt: part (url, username, password) names the broker').conflicts([
        'broker',
        'user',
      ]),
    )
    .option('--json', 'print the order as JSON');
  return strict(command);
}

const AccessFile = z.object({
  mqtt: z.object({ url: z.string(), username: z.string().optional(), password: z.string().optional() }),
});

function brokerOf({ broker, user, config }: Flags, command: Command): BrokerAccess {
  if (config !== undefined) return readYaml(config, AccessFile).mqtt;
  if (broker === undefined)
    return command.error('error: --broker or --config must name the broker', { exitCode: USAGE });
  return { url: broker, username: user, password: user && process.env.TIERPHONE_MQTT_PASSWORD };
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
    sequence: await nextSequence(flags.key, scope, now),
    since: now,
    until: flags.until === undefined ? null : after(now, flags.until),
  });
  const topic = lockdownTopic(scope);
  await publishRetained(broker, topic, await signOrder(order, key));
  console.log(flags.json ? JSON.stringify({ topic, order }) : describe(order));
}

/**
 * The sequence of the next order: kept beside the key, and never below the time in milliseconds, so that
 * it does not go back where the file is lost or the key is used on another computer.
 */
async function nextSequence(keyFile: string, scope: LockdownScope, now: Instant): Promise<number> {
  const lock = await lockFolder(dirname(keyFile));
  try {
    const kept = await openDocument(`${keyFile}.sequences`, z.record(z.string(), z.int()), {});
    const name = lockdownName(scope);
    const sequence = Math.max((kept.value[name] ?? 0) + 1, now);
    await kept.write({ ...kept.value, [name]: sequence });
    return sequence;
  } finally {
    await lock.release();
  }
}

function describe({ scope, state, mode, until, sequence }: LockdownOrder): string {
  const wanted = { open: 'open', disabled: 'disabled', lockdown: 'lockdown' }[state];
  const calls = { drop: 'calls in progress end now', drain: 'calls in progress may finish' }[mode];
  const time = until === null ? '' : `, until ${new Date(until).toISOString()}`;
  return `${lockdownName(scope)}: ${wanted}${state === 'open' ? '' : `, ${calls}`}${time} (order ${sequence})`;
}
