import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { signKeySet } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey, RootPrivateKey } from '../../../src/protocol/keys.ts';
import type { Hotline } from '../../../src/protocol/messages.ts';
import { CentralSettings, signSettings, USUAL_SETTINGS } from '../../../src/protocol/phone-settings.ts';
import { signHotlines } from '../../../src/protocol/signing.ts';
import { hotlinesTopic, keySetTopic, settingsTopic } from '../../../src/protocol/topics.ts';
import { FacilityId } from '../../../src/protocol/units.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { ALL, rootKey, setOf } from '../../protocol/keys-of-county.ts';
import { CRISIS } from '../call/driver.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { client, now, Phone, until } from './phone.ts';

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('what phones take from their facility over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    let broker: Broker;
    let staff: MqttClient;
    let phone: Phone;
    let root: RootPrivateKey;
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
      const made = await rootKey();
      root = made.root;
      phone.root = made.known;
      await begin();
    });
    afterEach(() => phone.remove());

    const publish = (topic: string, payload: string) => staff.publishAsync(topic, payload, { qos: 1, retain: true });
    const begin = async () => {
      await phone.start(broker.url, 20_000, now);
      await phone.up();
    };
    const settingsOf = (sequence: number, pinTries: number, facility = phone.facility): CentralSettings =>
      CentralSettings.parse({ facility, sequence, since: now(), settings: { ...USUAL_SETTINGS, pinTries } });
    const set = async (content: CentralSettings, key = phone.platform.own.replies) =>
      publish(settingsTopic(phone.facility), await signSettings(content, key));
    const list = async (sequence: number, hotlines: Hotline[], key: OrderPrivateKey | RootPrivateKey = root) =>
      publish(hotlinesTopic(phone.facility), await signHotlines({ facility: phone.facility, sequence, hotlines }, key));
    const tries = () => phone.all('settings').map(({ settings }) => settings.pinTries);
    const refusals = () => phone.all('order-refused').map(({ reason }) => reason);

    test('holds over a restart without a broker; old, forged and foreign settings are refused', async () => {
      await set(settingsOf(2, 5));
      await until(() => tries().length === 1);
      await set(settingsOf(2, 6));
      await until(() => refusals().length === 1);
      await set(settingsOf(1, 6));
      await until(() => refusals().length === 2);
      await set(settingsOf(3, 6), (await makePlatformKeys()).own.replies);
      await until(() => refusals().length === 3);
      await set(settingsOf(3, 6, FacilityId.parse('elsewhere')));
      await until(() => refusals().length === 4);
      await publish(settingsTopic(phone.facility), '');
      await until(() => refusals().length === 5);
      expect(refusals()).toEqual([
        'old settings: the sequence is 2, 2 is known',
        'old settings: the sequence is 1, 2 is known',
        expect.stringMatching(/signature is not that of its issuer|nobody who is the platform/),
        'is for facility elsewhere',
        'empty: what was set stays as it is',
      ]);
      expect(tries()).toEqual([5]);
      await phone.stop();
      phone.tape.length = 0;
      await phone.start('mqtt://127.0.0.1:9', 20_000, now);
      expect(tries()).toEqual([5]);
    });

    test('a list of hotlines counts by the root, or by a key that may sign one, be it that its set comes later', async () => {
      await list(1, [CRISIS]);
      await until(() => phone.all('hotlines').length === 1);
      await list(2, [], phone.warden);
      await until(() => refusals().length === 1);
      await publish(
        keySetTopic(phone.facility),
        await signKeySet(setOf(phone.facility, 1, [[phone.warden, ALL]]), root),
      );
      await until(() => phone.all('hotlines').length === 2);
      expect(phone.all('hotlines').map(({ hotlines }) => hotlines)).toEqual([[CRISIS], []]);
      await list(2, [CRISIS]);
      await until(() => refusals().length === 2);
      expect(refusals().at(-1)).toBe('old list of hotlines: the sequence is 2, 2 is known');
    });

    test('is as on the first day where what is stored is damaged', async () => {
      await set(settingsOf(7, 9));
      await until(() => tries().length === 1);
      await publish(settingsTopic(phone.facility), '');
      await phone.stop();
      await writeFile(join(phone.folder, 'settings.json'), '{');
      phone.tape.length = 0;
      await begin();
      expect(tries()).toEqual([]);
      await set(settingsOf(8, 4));
      await until(() => tries().length === 1);
    });
  });
});
