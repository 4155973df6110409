import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { accountCommand } from '../../../../src/cli/account.ts';
import { Control } from '../../../../src/platform/terminals/broker/control.ts';
import { BrokerError } from '../../../../src/platform/terminals/broker/port.ts';
import { FacilityId, TerminalId, UnitId } from '../../../../src/protocol/units.ts';
import { command } from '../../../cli/run.ts';
import { hasDeployable } from '../../../process/mosquitto.ts';
import { Deployed } from './deployed.ts';
import { phoneKey } from './phone-key.ts';

const place = (terminal: string, unit = 'B') => ({
  facility: FacilityId.parse('pine-river'),
  unit: UnitId.parse(unit),
  terminal: TerminalId.parse(terminal),
});
const closed = (client: MqttClient) => new Promise<void>((resolve) => client.once('close', () => resolve()));
const own = (terminal: string, channel: string) => `tierphone/v1/pine-river/terminals/${terminal}/${channel}`;

describe.skipIf(!hasDeployable)('accounts of phones at Mosquitto as it is deployed', () => {
  let broker: Deployed;
  /** Sees and says all. */
  let anybody: MqttClient;

  beforeAll(async () => {
    broker = await Deployed.open();
    const { username, password } = await broker.mosquitto.anybody();
    anybody = await broker.byPassword(username, password);
    await anybody.subscribeAsync('tierphone/#', { qos: 1 });
  });
  afterAll(() => broker.close());

  const denied = (client: MqttClient, topic: string) =>
    expect(client.subscribeAsync(topic, { qos: 1 }), topic).rejects.toThrow('Subscribe error');
  /** An account made by `tierphone account`. */
  async function byHand(...args: string[]): Promise<{ username: string; password: string }> {
    vi.stubEnv('TIERPHONE_MQTT_PASSWORD', 'secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const where = [
      '--broker',
      `mqtts://127.0.0.1:${broker.mosquitto.port}`,
      '--user',
      'broker-admin',
      '--ca',
      broker.ca,
    ];
    const { out, err } = await command(accountCommand(), [...args, ...where]);
    expect(err).toBe('');
    return parse(out).mqtt;
  }
  /** What comes to `client`, until that which was published last. */
  async function heardBy(client: MqttClient, deed: () => Promise<unknown>, last: string): Promise<string[]> {
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('message', (_, payload) => {
        heard.push(payload.toString());
        if (payload.toString() === last) resolve();
      });
    });
    await deed();
    await all;
    client.removeAllListeners('message');
    return heard;
  }

  test('who is given one is himself, by his own key: he speaks on his topics and hears what is for him, and no more', async () => {
    const { known, pem } = await phoneKey();
    const login = await broker.accounts.give(place('B-1'), known);
    expect(login.username).toBe(`terminal/${known.kid}`);
    const phone = await broker.phone(login, pem);
    for (const channel of ['replies', 'status', 'commands', 'lockdown'])
      await phone.subscribeAsync(own('B-1', channel), { qos: 1 });
    for (const topic of ['lockdown', 'units/B/lockdown', 'keys', 'keys/revoked', 'settings', 'hotlines'])
      await phone.subscribeAsync(`tierphone/v1/pine-river/${topic}`, { qos: 1 });
    const others = ['#', 'tierphone/#', own('+', 'requests'), own('B-2', 'replies'), own('B-1', '#')];
    const foreign = ['tierphone/v1/pine-river/units/C/lockdown', 'tierphone/v1/other/settings'];
    for (const topic of [...others, ...foreign, '$CONTROL/dynamic-security/v1/response', '$SYS/#'])
      await denied(phone, topic);
    const heard = await heardBy(
      anybody,
      async () => {
        for (const channel of ['replies', 'commands', 'lockdown']) await phone.publishAsync(own('B-1', channel), 'no');
        await phone.publishAsync(own('B-2', 'status'), 'no', { qos: 1 });
        for (const channel of ['status', 'events', 'records', 'requests'])
          await phone.publishAsync(own('B-1', channel), channel, { qos: 1 });
      },
      'requests',
    );
    expect(heard).toEqual(['status', 'events', 'records', 'requests']);
    const answered = await heardBy(
      phone,
      async () => {
        await anybody.publishAsync('tierphone/v1/pine-river/settings', 'settings', { qos: 1 });
        await anybody.publishAsync(own('B-1', 'replies'), 'replies', { qos: 1 });
      },
      'replies',
    );
    expect(answered).toEqual(['settings', 'replies']);
  });

  test('nobody takes the place of another: not by his client id, a certificate of another authority, his name without a certificate, or one without an account', async () => {
    const [one, other, stranger] = await Promise.all([phoneKey(), phoneKey(), phoneKey()]);
    const [login, second] = await Promise.all([
      broker.accounts.give(place('B-3'), one.known),
      broker.accounts.give(place('B-4'), other.known),
    ]);
    const phone = await broker.phone(login, one.pem, { clean: false });
    await phone.subscribeAsync(own('B-3', 'replies'), { qos: 1 });
    const mallory = await broker.phone(second, other.pem, { clientId: login.username, clean: false });
    await denied(mallory, own('B-3', 'replies'));
    const forged = await broker.stranger(login, place('B-3'), one.known);
    await expect(broker.phone(forged, one.pem)).rejects.toThrow(/unknown ca/i);
    for (const password of ['', 'secret'])
      await expect(broker.byPassword(login.username, password)).rejects.toMatchObject({ code: 5 });
    await broker.accounts.revoke(place('B-5'), stranger.known);
    const alone = await broker.accounts.give(place('B-5'), stranger.known);
    await broker.accounts.revoke(place('B-5'), stranger.known);
    const nobody = await broker.phone(alone, stranger.pem, {
      will: { topic: own('B-5', 'status'), payload: Buffer.from('will'), qos: 1, retain: true },
    });
    for (const topic of ['#', own('B-5', 'replies'), 'tierphone/v1/pine-river/lockdown']) await denied(nobody, topic);
    const heard = await heardBy(
      anybody,
      async () => {
        await nobody.publishAsync(own('B-5', 'status'), 'status', { qos: 1 });
        nobody.stream.destroy();
        await phone.publishAsync(own('B-3', 'status'), 'still here', { qos: 1 });
      },
      'still here',
    );
    expect(heard).toEqual(['still here']);
    expect(phone.connected).toBe(true);
  });

  test('given again it is a new certificate and no change at the broker: who is there stays', async () => {
    const { known, pem } = await phoneKey();
    const phone = await broker.phone(await broker.accounts.give(place('B-6'), known), pem);
    const again = await broker.accounts.give(place('B-6'), known);
    await heardBy(anybody, () => phone.publishAsync(own('B-6', 'status'), 'up', { qos: 1 }), 'up');
    expect(phone.connected).toBe(true);
    await (await broker.phone(again, pem)).endAsync();
    // Elsewhere it is another's place: the rights that it had are gone.
    const moved = await broker.phone(await broker.accounts.give(place('C-1', 'C'), known), pem);
    await moved.subscribeAsync('tierphone/v1/pine-river/units/C/lockdown');
    await denied(moved, 'tierphone/v1/pine-river/units/B/lockdown');
    await denied(moved, own('B-6', 'replies'));
  });

  test('revoked, he is out at once and may nothing when he comes again; the next phone of the place may', async () => {
    const [old, next] = await Promise.all([phoneKey(), phoneKey()]);
    const login = await broker.accounts.give(place('B-7'), old.known);
    const away = await broker.phone(login, old.pem, { clean: false });
    await away.subscribeAsync(own('B-7', 'replies'), { qos: 1 });
    const shut = closed(away);
    await broker.accounts.revoke(place('B-7'), old.known);
    await shut;
    const phone = await broker.phone(await broker.accounts.give(place('B-7'), next.known), next.pem);
    await phone.subscribeAsync(own('B-7', 'replies'), { qos: 1 });
    const back = await broker.phone(login, old.pem, { clean: false });
    const heard: string[] = [];
    back.on('message', (_, payload) => heard.push(payload.toString()));
    await denied(back, own('B-7', 'replies'));
    const said = await heardBy(
      anybody,
      async () => {
        await back.publishAsync(own('B-7', 'status'), 'not me', { qos: 1 });
        await phone.publishAsync(own('B-7', 'status'), 'me', { qos: 1 });
      },
      'me',
    );
    expect(said).toEqual(['me']);
    await heardBy(phone, () => anybody.publishAsync(own('B-7', 'replies'), 'for the next', { qos: 1 }), 'for the next');
    // What he is sent comes in its order: this after that.
    await denied(back, own('B-7', 'status'));
    expect(heard).toEqual([]);
    // Done again it is as it was.
    await broker.accounts.revoke(place('B-7'), old.known);
    expect(phone.connected).toBe(true);
  });

  test('an account that was made for the place by hand goes with what comes after it', async () => {
    const { username, password } = await byHand('terminal', 'pine-river', 'B', 'B-8');
    const old = await broker.byPassword(username, password);
    const shut = closed(old);
    const { known } = await phoneKey();
    await broker.accounts.give(place('B-8'), known);
    await shut;
    await expect(broker.byPassword(username, password)).rejects.toMatchObject({ code: 5 });
  });

  test('fifty at once are few messages; then the broker has each of them', async () => {
    const keys = await Promise.all(Array.from({ length: 50 }, phoneKey));
    const said = vi.spyOn(Control.prototype, 'say');
    await Promise.all(keys.map(({ known }, n) => broker.accounts.give(place(`D-${n}`, 'D'), known)));
    expect(said.mock.calls.length).toBeLessThan(15);
    said.mockRestore();
    for (const n of [0, 49]) {
      const { known, pem } = keys[n] as (typeof keys)[number];
      const phone = await broker.phone(await broker.accounts.give(place(`D-${n}`, 'D'), known), pem);
      await phone.subscribeAsync(own(`D-${n}`, 'replies'), { qos: 1 });
    }
  });

  test('a broker that is away is told in words, and has it once it is back', async () => {
    const { known, pem } = await phoneKey();
    await broker.mosquitto.kill();
    const failed = await broker.accounts.give(place('B-9'), known).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(BrokerError);
    expect(String(failed)).toMatch(/mqtts:\/\/127\.0\.0\.1:\d+: no broker answers there/);
    await broker.mosquitto.start();
    const phone = await broker.phone(await broker.accounts.give(place('B-9'), known), pem);
    await phone.subscribeAsync(own('B-9', 'replies'), { qos: 1 });
  });
});
