import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { hasDeployable, Mosquitto } from '../process/mosquitto.ts';
import { Machine, mayMake } from './machine.ts';

const MIB = 1_048_576;

interface Login {
  readonly username: string;
  readonly password: string;
}

const connectTo = (broker: Mosquitto, user: Login, clean = true) =>
  connectAsync(
    `mqtt://127.0.0.1:${broker.port}`,
    { protocolVersion: 4, reconnectPeriod: 0, clean, clientId: user.username, ...user },
    false,
  );

/** Publishes at QoS 1, so many on the way at a time. */
async function publishAll(client: MqttClient, topics: readonly string[], payload: string | Buffer, retain = false) {
  for (let n = 0; n < topics.length; n += 500)
    await Promise.all(topics.slice(n, n + 500).map((topic) => client.publishAsync(topic, payload, { qos: 1, retain })));
}

/** Reads nothing more from the broker from its next message on; what it takes then is acknowledged by `resume`. */
function stopReading(client: MqttClient): { resume: () => void } {
  let resume = () => {};
  const wait = new Promise<void>((resolve) => {
    resume = resolve;
  });
  client.handleMessage = (_, done) => void wait.then(() => done());
  return { resume };
}

describe.skipIf(!hasDeployable)('the bounds of the deployed Mosquitto', () => {
  let broker: Mosquitto;
  /** Speaks for every phone and for the platform. */
  let everybody: MqttClient;
  let platform: Login;
  const clients: MqttClient[] = [];
  const login = async (user: Login, clean?: boolean) => {
    const client = await connectTo(broker, user, clean);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    broker = await Mosquitto.open();
    everybody = await login(await broker.anybody());
    platform = await broker.account('platform', 'platform-1');
  });
  afterAll(async () => {
    for (const client of clients) await client.endAsync(true);
    await broker?.close();
  });

  test('staff who come to 2,000 phones are told how each of them is', async () => {
    const phones = Array.from({ length: 2_000 }, (_, n) => `tierphone/v1/pine-river/terminals/B-${n}/status`);
    await publishAll(everybody, phones, 'x'.repeat(600), true);
    const staff = await login(await broker.account('staff', 'pine-river', 'control-room'));
    const seen = new Set<string>();
    staff.on('message', (topic) => void seen.add(topic));
    await staff.subscribeAsync('tierphone/v1/pine-river/terminals/+/status', { qos: 1 });
    await expect.poll(() => seen.size, { timeout: 20_000 }).toBe(2_000);
  });

  test('what 5,000 calls that end at once have to say waits for a platform that is busy', async () => {
    const client = await login(platform, false);
    const heard = new Set<string>();
    client.on('message', (_, payload) => void heard.add(payload.toString()));
    const busy = stopReading(client);
    await client.subscribeAsync('tierphone/v1/+/terminals/+/records', { qos: 1 });
    for (let n = 0; n < 10_000; n += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, k) =>
          everybody.publishAsync(`tierphone/v1/pine-river/terminals/B-${n}/records`, `${n + k}:${'x'.repeat(2_000)}`, {
            qos: 1,
          }),
        ),
      );
    busy.resume();
    await expect.poll(() => heard.size, { timeout: 30_000 }).toBe(10_000);
    await client.unsubscribeAsync('tierphone/v1/+/terminals/+/records');
    await client.endAsync();
  });
});

describe.skipIf(!hasDeployable)('a phone at the deployed Mosquitto with a hundredth of its bounds', () => {
  let broker: Mosquitto;
  let platform: MqttClient;
  const clients: MqttClient[] = [];
  const own = (name: string, channel: 'replies' | 'status') => `tierphone/v1/pine-river/terminals/${name}/${channel}`;
  const account = (name: string) => broker.account('terminal', 'pine-river', 'B', name);
  const login = async (user: Login, clean?: boolean) => {
    const client = await connectTo(broker, user, clean);
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    broker = await Mosquitto.open({
      change: (conf) =>
        conf
          .replace(/^max_queued_bytes .*/m, `max_queued_bytes ${2 * MIB}`)
          .replace(/^max_queued_messages .*/m, 'max_queued_messages 200'),
    });
    platform = await login(await broker.account('platform', 'platform-1'));
  });
  afterAll(async () => {
    for (const client of clients) await client.endAsync(true);
    await broker?.close();
  });

  test.each([
    ['away', 'in bytes', Buffer.alloc(60_000), Math.floor((2 * MIB) / 60_000)],
    ['gone', 'in messages where they are empty', Buffer.alloc(0), 200],
  ])('that is %s has no more kept for it, %s', async (name, _, payload, most) => {
    const user = await account(name);
    const before = await login(user, false);
    await before.subscribeAsync(own(name, 'replies'), { qos: 1 });
    await before.endAsync(true);
    await publishAll(platform, Array(2_000).fill(own(name, 'replies')), payload);
    const after = await connectTo(broker, user, false);
    clients.push(after);
    const came: string[] = [];
    after.on('message', (_topic, what) => void came.push(what.toString()));
    await expect.poll(() => came.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(0.9 * most);
    await platform.publishAsync(own(name, 'replies'), 'the last', { qos: 1 });
    await expect.poll(() => came.at(-1), { timeout: 20_000 }).toBe('the last');
    // The broker counts the 20 that are on their way now in, now out.
    expect(came.length - 1).toBeLessThanOrEqual(1.1 * most);
  });

  test.each([1, 0] as const)('that talks to itself and does not listen, at QoS %s, fills no memory', async (qos) => {
    const name = `deaf-${qos}`;
    const phone = await login(await account(name));
    await phone.subscribeAsync(own(name, 'status'), { qos });
    stopReading(phone);
    const before = broker.peak;
    for (let n = 0; n < 2_000; n++)
      await new Promise((sent) => phone.publish(own(name, 'status'), Buffer.alloc(60_000), { qos: 0 }, sent));
    // Heard by all others all the same.
    await platform.publishAsync(own('away', 'replies'), 'well?', { qos: 1 });
    // 120 MB, of which at most 200 messages and what is being read or written are there.
    expect(broker.peak - before).toBeLessThan(30 * MIB);
  });

  test('that sends more than any message of ours has is put out before it is kept', async () => {
    const phone = await login(await account('large'));
    const out = new Promise<void>((resolve) => phone.once('close', () => resolve()));
    const before = broker.peak;
    phone.publish(own('large', 'status'), Buffer.alloc(200 * MIB));
    await out;
    expect(broker.peak - before).toBeLessThan(20 * MIB);
  });
});

test.skipIf(!hasDeployable || !mayMake)('the unit of the server gives the broker room for a site', () => {
  const drop = readFileSync(join(packageRoot(), 'deploy/systemd/mosquitto/tierphone.conf'));
  const machine = new Machine({ 'tierphone.conf': drop });
  const hard = Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  const room = Math.min(262_144, hard);
  const { lines, stderr } = machine.boot(
    'mkdir -p /lib/systemd/system/mosquitto.service.d && cp /out/tierphone.conf /lib/systemd/system/mosquitto.service.d/',
    'systemctl start mosquitto\ngrep "open files" /proc/$(systemctl show --value -p MainPID mosquitto)/limits',
  );
  expect({ lines, stderr }).toEqual({
    // A machine within a machine gives no more than it has itself.
    lines: [expect.stringMatching(`Max open files +${room} +${room}`), 'the end'],
    stderr: '',
  });
  machine.remove();
});
