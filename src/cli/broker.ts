import { type Command, Option } from 'commander';
import { connectAsync, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { brokerFault, brokerShape, brokerUrl, clearBroker, loginOf } from '../protocol/broker.ts';
import { refuseClearText } from '../protocol/clear.ts';
import { inWords } from '../protocol/words.ts';
import { beside, mustHaveCertificate, readYaml } from './file.ts';
import { USAGE } from './usage.ts';

const PATIENCE = 10_000;

/** Accounts that `tierphone account` makes, and its admin, are bound to the client id that is their name; the simulator's are not. */
const isBound = (username: string | undefined): username is string =>
  username === 'broker-admin' || /\//.test(username ?? '');

/** How a broker is reached. */
export interface BrokerAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** File (PEM): the authority of the broker's certificate, where it is not one of the system's. */
  readonly ca?: string | undefined;
  /** Clear text may go to it though it is another machine. */
  readonly insecure?: boolean | undefined;
}

/** The options with which a command is told of the broker. */
export interface BrokerFlags {
  readonly broker?: string;
  readonly user?: string;
  readonly ca?: string;
  readonly insecure?: true;
  readonly config?: string;
}

/** Adds the options of `BrokerFlags`. */
export function withBroker(command: Command): Command {
  return command
    .option('--broker <url>', 'the broker, as mqtts://10.0.0.5:8883')
    .option('--user <name>', 'user at the broker; its password is taken from TIERPHONE_MQTT_PASSWORD')
    .option('--ca <file>', "the authority (PEM) of the broker's certificate, where it is not one of the system's")
    .option('--insecure', 'speak to another machine in clear text, for anybody on the way to read')
    .addOption(
      new Option('--config <file>', 'a file whose mqtt: part names the broker').conflicts([
        'broker',
        'user',
        'ca',
        'insecure',
      ]),
    );
}

const AccessFile = z
  .object({ mqtt: z.object(brokerShape) })
  .superRefine(refuseClearText(({ mqtt }) => clearBroker(mqtt)));

const Flag = z
  .object({ '--broker': brokerUrl('--user and TIERPHONE_MQTT_PASSWORD'), insecure: z.boolean() })
  .superRefine(
    refuseClearText(({ '--broker': url, insecure }) => clearBroker({ url, insecure }, ['--broker'], 'say --insecure')),
  );

/** The broker that the flags name; without one the command ends as used wrongly. @throws FileError */
export function brokerOf(flags: BrokerFlags, command: Command): BrokerAccess {
  const { broker, user, ca, config, insecure } = flags;
  if (config !== undefined) {
    const { mqtt } = readYaml(config, AccessFile);
    return { ...mqtt, ca: mqtt.ca && mustHaveCertificate(beside(config, mqtt.ca)) };
  }
  if (broker === undefined) {
    return command.error('error: --broker, --config or a profile must name the broker', { exitCode: USAGE });
  }
  // Not while options are read: commander repeats a value that is refused there, and a password with it.
  const read = Flag.safeParse({ '--broker': broker, insecure: insecure === true }, { error: inWords });
  if (!read.success) return command.error(`error: --broker: ${read.error.issues[0]?.message}`, { exitCode: USAGE });
  const password = user && process.env.TIERPHONE_MQTT_PASSWORD;
  return { url: broker, username: user, password, ca: ca && mustHaveCertificate(ca), insecure };
}

/**
 * Connects, does one thing, and leaves.
 * @throws Error naming the broker and what went wrong.
 */
export async function atBroker<T>(access: BrokerAccess, deed: (client: MqttClient) => Promise<T>): Promise<T> {
  const { url, username } = access;
  const account = { ...loginOf(access), ...(isBound(username) && { clientId: username }) };
  const options = { ...account, protocolVersion: 4 as const, reconnectPeriod: 0, connectTimeout: PATIENCE };
  const client = await connectAsync(url, options, false).catch((cause: Error) => {
    const fault = brokerFault(cause, url, '--ca, or ca in the profile or file');
    throw new Error(`${url}: ${fault ?? 'no broker answers there'}`, { cause });
  });
  try {
    return await deed(client);
  } catch (cause) {
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await client.endAsync(true);
  }
}

/** What `promise` gives, or after `patience` ms an error that says `otherwise`. */
export async function inTime<T>(promise: Promise<T>, otherwise: string, patience = PATIENCE): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
