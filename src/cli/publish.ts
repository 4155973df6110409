import { connectAsync, type MqttClient } from 'mqtt';

const PATIENCE = 10_000;

/** How a broker is reached. */
export interface BrokerAccess {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Publishes a retained message and waits until the broker gives it back: its acknowledgement alone says nothing,
 * for MQTT 3.1.1 acknowledges what it denies.
 * @throws Error naming the broker and what went wrong.
 */
export async function publishRetained(access: BrokerAccess, topic: string, payload: string): Promise<void> {
  const client = await open(access);
  try {
    const returned = comesBack(client, topic, payload);
    const [granted] = await inTime(client.subscribeAsync(topic, { qos: 1 }), 'it does not answer');
    if (!granted || granted.qos === 128) throw new Error('this user may not read the topic of the order');
    await inTime(client.publishAsync(topic, payload, { qos: 1, retain: true }), 'it does not acknowledge the order');
    await inTime(returned, 'it did not accept the order: give this user the right to write it');
  } catch (cause) {
    throw new Error(`${access.url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await client.endAsync(true);
  }
}

async function open({ url, username, password }: BrokerAccess): Promise<MqttClient> {
  const account = { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
  try {
    const options = { ...account, protocolVersion: 4 as const, reconnectPeriod: 0, connectTimeout: PATIENCE };
    return await connectAsync(url, options, false);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : '';
    const refused = code === 4 || code === 5;
    const why = refused ? 'the user name or password is refused' : 'no broker answers there';
    throw new Error(`${url}: ${why}`, { cause });
  }
}

const comesBack = (client: MqttClient, topic: string, payload: string): Promise<void> =>
  new Promise((resolve) => {
    client.on('message', (from, bytes) => {
      if (from === topic && bytes.toString() === payload) resolve();
    });
  });

async function inTime<T>(promise: Promise<T>, otherwise: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), PATIENCE);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
