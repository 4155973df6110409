import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { accountCommand } from '../../src/cli/account.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import { signOrder } from '../../src/protocol/signing.ts';
import { freePort, hasMosquitto, listening } from '../terminal/fleet/brokers.ts';
import { now, Phone, until } from '../terminal/fleet/phone.ts';
import { callOf } from '../terminal/storage/entries.ts';

const has = hasMosquitto && spawnSync('mosquitto_ctrl', ['--help']).error === undefined;
const Printed = z.object({ mqtt: z.object({ username: z.string(), password: z.string() }) });
type Login = z.infer<typeof Printed>['mqtt'];

describe.skipIf(!has)('Mosquitto as it is deployed', () => {
  let folder: string;
  let url: string;
  let broker: ChildProcess;
  let phone: Phone;
  let hostile: Login;
  let platform: MqttClient;
  let staff: MqttClient;
  const clients: MqttClient[] = [];

  /** The accounts' own command, as an admin runs it. */
  async function account(...args: string[]): Promise<Login> {
    const printed: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
    try {
      const argv = ['account', ...args, '--broker', url, '--user', 'broker-admin'];
      await new Command().addCommand(accountCommand()).parseAsync(argv, { from: 'user' });
    } finally {
      spy.mockRestore();
    }
    return Printed.parse(parse(printed.join(''))).mqtt;
  }

  async function login(user: Partial<Login>, clientId?: string): Promise<MqttClient> {
    const id = clientId === undefined ? {} : { clientId };
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...user, ...id }, false);
    clients.push(client);
    return client;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broker-'));
    const port = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    const security = join(folder, 'dynamic-security.json');
    execFileSync('mosquitto_ctrl', ['dynsec', 'init', security, 'broker-admin', 'secret']);
    // The very file that is deployed; only where it listens and keeps things is the test's own.
    const deployed = await readFile(join(packageRoot(), 'deploy/mosquitto/tierphone.conf'), 'utf8');
    const config = deployed
      .replace('listener 8883', `listener ${port} 127.0.0.1`)
      .replace(/^(certfile|keyfile) .*\n/gm, '')
      .replace('/var/lib/mosquitto/dynamic-security.json', security);
    // Started by the superuser it would become another user, who may not read the test's folder.
    await writeFile(join(folder, 'mosquitto.conf'), `${config}\nuser root\n`);
    await chmod(folder, 0o755);
    broker = spawn('mosquitto', ['-c', join(folder, 'mosquitto.conf')], { stdio: 'ignore' });
    await listening(port);
    vi.stubEnv('TIERPHONE_MQTT_PASSWORD', 'secret');

    phone = await Phone.make('pine-river');
    phone.account = await account('terminal', 'pine-river', 'B', 'B-1');
    hostile = await account('terminal', 'pine-river', 'B', 'B-2');
    platform = await login(await account('platform', 'platform-1'));
    staff = await login(await account('staff', 'pine-river', 'control-room'));
    await phone.start(url);
    await phone.up();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await phone.remove();
    for (const client of clients) await client.endAsync(true);
    broker.kill();
    await once(broker, 'exit');
    await rm(folder, { recursive: true });
  });

  const denied = (client: MqttClient, topic: string) =>
    expect(client.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow('Subscribe error');
  const attack = () => login(hostile, 'terminal/pine-river/B-2');

  test('a phone asks and is answered, and obeys its staff', async () => {
    platform.on('message', (topic, payload) => {
      if (!topic.endsWith('/requests')) return;
      const { id, body } = JSON.parse(payload.toString());
      const envelope = { v: 1, id: crypto.randomUUID(), at: now(), re: id, exp: now() + 60_000 };
      const reply = { type: body.type, result: 'refused', reason: 'no-balance' };
      platform.publish(topic.replace('requests', 'replies'), JSON.stringify({ ...envelope, body: reply }), { qos: 1 });
    });
    const share = '$share/platform/tierphone/v1/+/terminals/+/requests';
    expect(await platform.subscribeAsync([share, 'tierphone/v1/+/terminals/+/status'], { qos: 1 })).toMatchObject([
      { qos: 1 },
      { qos: 1 },
    ]);
    phone.fleet.ask(callOf(1), 0, { type: 'authorise', dialled: '2025550123' });
    await until(() => phone.all('reply').length === 1);
    const jws = await signOrder(phone.order(), phone.warden);
    await staff.publishAsync('tierphone/v1/pine-river/lockdown', jws, { qos: 1, retain: true });
    await until(() => phone.all('lockdown').length === 2);
  });

  test('a hostile phone hears nothing that is not its own', async () => {
    const mallory = await attack();
    const heard: string[] = [];
    mallory.on('message', (topic) => heard.push(topic));
    const wanted = [
      '#',
      'tierphone/#',
      'tierphone/v1/pine-river/#',
      'tierphone/v1/+/terminals/+/requests',
      '$share/platform/tierphone/v1/+/terminals/+/requests',
      'tierphone/v1/pine-river/terminals/B-1/requests',
      'tierphone/v1/pine-river/terminals/B-1/replies',
      'tierphone/v1/pine-river/terminals/+/replies',
      'tierphone/v1/pine-river/terminals/B-1/records',
      'tierphone/v1/pine-river/units/C/lockdown',
      '$CONTROL/dynamic-security/#',
    ];
    for (const topic of wanted) await denied(mallory, topic);
    for (let n = 0; n < 20; n += 1) phone.fleet.ask(callOf(100 + n), 0, { type: 'authorise', dialled: '2025550123' });
    await until(() => phone.all('reply').length >= 21);
    expect(heard).toEqual([]);
    await mallory.endAsync();
  });

  test('a hostile phone is not heard where it may not speak', async () => {
    const mallory = await attack();
    const heard: string[] = [];
    staff.on('message', (topic) => heard.push(topic));
    await staff.subscribeAsync('tierphone/v1/pine-river/terminals/+/status', { qos: 1 });
    phone.tape.length = 0;
    const forged = [
      'tierphone/v1/pine-river/terminals/B-1/replies',
      'tierphone/v1/pine-river/terminals/B-2/replies',
      'tierphone/v1/pine-river/terminals/B-1/requests',
      'tierphone/v1/pine-river/terminals/B-1/records',
      'tierphone/v1/pine-river/terminals/B-1/status',
      'tierphone/v1/pine-river/terminals/B-1/lockdown',
      'tierphone/v1/pine-river/units/B/lockdown',
      'tierphone/v1/pine-river/lockdown',
    ];
    for (const topic of forged) await mallory.publishAsync(topic, 'forged', { qos: 1, retain: true });
    // Its own it may: when that has come through, what it sent before would have too.
    await mallory.publishAsync('tierphone/v1/pine-river/terminals/B-2/status', 'mine', { qos: 1 });
    await until(() => heard.includes('tierphone/v1/pine-river/terminals/B-2/status'));
    phone.fleet.ask(callOf(200), 0, { type: 'authorise', dialled: '2025550123' });
    await until(() => phone.all('reply').length === 1);
    expect(phone.all('malformed')).toEqual([]);
    expect(phone.all('order-refused')).toEqual([]);
    await mallory.endAsync();
  });

  test('nobody takes the place of another', async () => {
    const refused = async (user: Partial<Login>, clientId?: string) =>
      expect(login(user, clientId)).rejects.toMatchObject({ code: expect.any(Number) });
    await refused({});
    await refused({ username: 'platform-1', password: 'guess' });
    await refused(hostile, 'terminal/pine-river/B-1');
    expect(phone.all('link').filter(({ state }) => state === 'down')).toEqual([]);
  });

  test('staff read no requests, records or replies', async () => {
    for (const channel of ['requests', 'records', 'replies']) {
      await denied(staff, `tierphone/v1/pine-river/terminals/+/${channel}`);
    }
  });

  test('an account made anew shuts out who has the old password', async () => {
    await account('terminal', 'pine-river', 'B', 'B-2');
    await expect(attack()).rejects.toMatchObject({ code: expect.any(Number) });
  });
});
