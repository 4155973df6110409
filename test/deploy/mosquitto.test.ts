import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CommandOrder } from '../../src/protocol/command.ts';
import { signCommand, signOrder } from '../../src/protocol/signing.ts';
import { hasDeployable, Mosquitto } from '../process/mosquitto.ts';
import { answerTo, now, Phone, REPORT, until } from '../terminal/fleet/phone.ts';
import { callOf } from '../terminal/storage/entries.ts';

interface Login {
  readonly username: string;
  readonly password: string;
}

describe.skipIf(!hasDeployable)('Mosquitto as it is deployed', () => {
  let url: string;
  let broker: Mosquitto;
  let phone: Phone;
  let hostile: Login;
  let platform: MqttClient;
  let staff: MqttClient;
  const clients: MqttClient[] = [];

  async function login(user: Partial<Login>, clientId?: string): Promise<MqttClient> {
    const id = { clientId: clientId ?? user.username ?? 'nobody' };
    const client = await connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, ...user, ...id }, false);
    clients.push(client);
    return client;
  }

  beforeAll(async () => {
    broker = await Mosquitto.open();
    url = `mqtt://127.0.0.1:${broker.port}`;
    phone = await Phone.make('pine-river');
    phone.account = await broker.account('terminal', 'pine-river', 'B', 'B-1');
    hostile = await broker.account('terminal', 'pine-river', 'B', 'B-2');
    platform = await login(await broker.account('platform', 'platform-1'));
    staff = await login(await broker.account('staff', 'pine-river', 'control-room'));
    await phone.start(url);
    await phone.up();
  });
  afterAll(async () => {
    await phone.remove();
    for (const client of clients) await client.endAsync(true);
    await broker.close();
  });

  const denied = (client: MqttClient, topic: string) =>
    expect(client.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow('Subscribe error');
  const attack = () => login(hostile, 'terminal/pine-river/B-2');

  test('a phone asks and is answered, and obeys its staff', async () => {
    platform.on('message', (topic, payload) => {
      if (!topic.endsWith('/requests')) return;
      const request = JSON.parse(payload.toString());
      const reply = { type: request.body.type, result: 'refused', reason: 'no-balance' };
      void answerTo(phone, request, reply).then((jws) =>
        platform.publish(topic.replace('requests', 'replies'), jws, { qos: 1 }),
      );
    });
    const served = 'tierphone/v1/pine-river/terminals/+/requests';
    expect(await platform.subscribeAsync([served, 'tierphone/v1/+/terminals/+/status'], { qos: 1 })).toMatchObject([
      { qos: 1 },
      { qos: 1 },
    ]);
    phone.fleet.ask(callOf(1), 0, { type: 'authorise', dialled: '2025550123' });
    await until(() => phone.all('reply').length === 1);
    const jws = await signOrder(phone.order(), phone.warden);
    await staff.publishAsync('tierphone/v1/pine-river/lockdown', jws, { qos: 1, retain: true });
    await until(() => phone.all('lockdown').length === 2);
    phone.fleet.report(REPORT);
    expect(await phone.fleet.roundTrip()).toBeGreaterThanOrEqual(0);
    const { facility, terminal } = phone;
    const command = CommandOrder.parse({
      ...{ facility, terminal, command: { type: 'doctor' }, issuer: 'warden', sequence: 1, at: now() },
      exp: now() + 60_000,
    });
    const topic = 'tierphone/v1/pine-river/terminals/B-1/commands';
    await staff.publishAsync(topic, await signCommand(command, phone.warden), { qos: 1 });
    await until(() => phone.all('command').length === 1);
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
      'tierphone/v1/pine-river/terminals/B-1/commands',
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
      'tierphone/v1/pine-river/terminals/B-1/commands',
      'tierphone/v1/pine-river/terminals/B-2/commands',
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

  test("a facility's keys, settings and hotlines are written by the platform alone, and read by its phones and staff", async () => {
    const mallory = await attack();
    const topics = ['keys', 'keys/revoked', 'settings', 'hotlines'].map((what) => `tierphone/v1/pine-river/${what}`);
    const clerk = await login(await broker.account('staff', 'second-county', 'clerk'));
    for (const topic of topics) {
      await denied(clerk, topic);
      for (const writer of [mallory, staff, clerk])
        await writer.publishAsync(topic, 'forged', { qos: 1, retain: true });
      await platform.publishAsync(topic, 'keys', { qos: 1, retain: true });
      for (const reader of [mallory, staff]) {
        const heard: string[] = [];
        reader.on('message', (from, payload) => from === topic && heard.push(payload.toString()));
        await reader.subscribeAsync(topic, { qos: 1 });
        await until(() => heard.length > 0);
        expect(heard).toEqual(['keys']);
      }
    }
    await mallory.endAsync();
  });

  test('nobody takes the place of another, nor his session', async () => {
    const refused = async (user: Partial<Login>, clientId?: string) =>
      expect(login(user, clientId), clientId).rejects.toMatchObject({ code: expect.any(Number) });
    await refused({});
    await refused({ username: 'platform/platform-1', password: 'guess' });
    const clerk = await broker.account('staff', 'other-county', 'clerk');
    const second = await broker.account('platform', 'platform-2');
    const admin = { username: 'broker-admin', password: 'secret' };
    const everybody = [hostile, clerk, second, admin];
    const places = ['terminal/pine-river/B-1', 'platform/platform-1', 'staff/pine-river/control-room', 'broker-admin'];
    for (const user of everybody)
      for (const place of [...places, 'tierphone-platform', 'anything'])
        if (place !== user.username) await refused(user, place);
    // Each is himself at his own place all the same.
    for (const user of everybody) await (await login(user)).endAsync();
    expect(phone.all('link').filter(({ state }) => state === 'down')).toEqual([]);
  });

  test('an account of one county or role is none of another, and takes none away', async () => {
    const ours = await broker.account('staff', 'pine-river', 'platform-1');
    const theirs = await broker.account('staff', 'other-county', 'control-room');
    const names = [ours.username, theirs.username, 'platform/platform-1', 'staff/pine-river/control-room'];
    expect(new Set(names).size).toBe(4);
    expect(platform.connected && staff.connected).toBe(true);
    const mallory = await login(theirs);
    for (const channel of ['status', 'events', 'commands'])
      await denied(mallory, `tierphone/v1/pine-river/terminals/+/${channel}`);
    await denied(mallory, 'tierphone/v1/pine-river/lockdown');
    await mallory.endAsync();
  });

  test('staff read no requests, records or replies', async () => {
    for (const channel of ['requests', 'records', 'replies']) {
      await denied(staff, `tierphone/v1/pine-river/terminals/+/${channel}`);
    }
  });

  test('what is there is not made again unasked; renewed, it shuts out who has the old password; revoked, everybody', async () => {
    const B2 = ['terminal', 'pine-river', 'B', 'B-2'];
    await expect(broker.account(...B2)).rejects.toThrow(/there is an account terminal\/pine-river\/B-2: --renew/);
    await (await attack()).endAsync();
    const renewed = await broker.account(...B2, '--renew');
    await expect(attack()).rejects.toMatchObject({ code: expect.any(Number) });
    const open = await login(renewed);
    const shut = new Promise<void>((resolve) => open.once('close', () => resolve()));
    await expect(broker.account(...B2, '--revoke')).rejects.toThrow(/revoked/);
    await shut;
    await expect(login(renewed)).rejects.toMatchObject({ code: expect.any(Number) });
  });
});
