import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CentralGreeting, signGreeting } from '../../../src/protocol/greeting.ts';
import { greetingTopic } from '../../../src/protocol/topics.ts';
import type { Language } from '../../../src/protocol/units.ts';
import { centralRecordings } from '../../../src/terminal/fleet/greetings.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { spoken } from '../../protocol/spoken.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { client, now, Phone, until } from './phone.ts';

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('how its facility says its name, taken by a phone over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    let broker: Broker;
    let staff: MqttClient;
    let phone: Phone;
    beforeAll(async () => {
      broker = await start();
      staff = await client(broker.url);
    });
    afterAll(async () => {
      await staff.endAsync();
      await broker.kill();
    });
    beforeEach(async () => {
      phone = await Phone.make();
      await phone.start(broker.url, 20_000, now);
      await phone.up();
    });
    afterEach(() => phone.remove());

    const publish = (language: Language, payload: string) =>
      staff.publishAsync(greetingTopic(phone.facility, language), payload, { qos: 1, retain: true });
    const of = (sequence: number, sound: Uint8Array | null, other: Partial<CentralGreeting> = {}) =>
      CentralGreeting.parse({
        ...{ facility: phone.facility, language: 'es', sequence, since: now() },
        ...{ sound: sound && Buffer.from(sound).toString('base64'), ...other },
      });
    const set = async (greeting: CentralGreeting, key = phone.platform.own.replies) =>
      publish('es', await signGreeting(greeting, key));
    const laid = (language: string) =>
      readFile(join(centralRecordings(phone.folder), language, 'facility-name.ulaw')).catch(() => null);
    const refusals = () => phone.all('order-refused').map(({ reason }) => reason);
    const has = async (sound: Uint8Array | null) =>
      expect.poll(() => laid('es'), { timeout: 20_000 }).toEqual(sound && Buffer.from(sound));

    test('lies there whole, stays over a restart without a broker, and is gone when it is taken back', async () => {
      const longest = spoken(4);
      await set(of(2, longest));
      await has(longest);
      expect(await laid('en')).toBe(null);
      await phone.stop();
      await phone.start('mqtt://127.0.0.1:9', 20_000, now);
      await has(longest);
      await phone.stop();
      await phone.start(broker.url, 20_000, now);
      await phone.up();
      await set(of(3, null));
      await has(null);
      expect(await readdir(join(centralRecordings(phone.folder), 'es'))).toEqual([]);
      // What was taken back does not come again by who kept the old message.
      await set(of(2, longest));
      await until(() => refusals().length === 1);
      expect(refusals()).toEqual(['old greeting: the sequence is 2, 3 is known']);
      expect(await laid('es')).toBe(null);
    });

    test('is taken from the platform alone, for this facility and language, and only where it is speech', async () => {
      const good = spoken(1, -23, 3);
      await set(of(1, good));
      await has(good);
      const stranger = (await makePlatformKeys()).own.replies;
      await set(of(5, spoken(2)), stranger);
      await until(() => refusals().length === 1);
      await set(of(5, spoken(2), { facility: 'elsewhere' as never }));
      await until(() => refusals().length === 2);
      await set(of(5, spoken(2), { language: 'en' }));
      await until(() => refusals().length === 3);
      await set(of(5, new Uint8Array(16_000).fill(0xff)));
      await until(() => refusals().length === 4);
      await publish('es', '');
      await until(() => refusals().length === 5);
      await publish('es', 'x'.repeat(70_000));
      await until(() => phone.all('malformed').length === 1);
      expect(refusals()).toEqual([
        expect.stringMatching(/signature is not that of its issuer|nobody who is the platform/),
        'is for facility elsewhere',
        'is for another language',
        'greeting: silent',
        'empty: the greeting stays as it is',
      ]);
      await has(good);
    });
  });
});
