import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CommandOrder } from '../../../src/protocol/command.ts';
import { type KeySet, type Permit, Revocations, signKeySet, signRevocations } from '../../../src/protocol/key-set.ts';
import type { OrderPrivateKey, RootPrivateKey } from '../../../src/protocol/keys.ts';
import { type LockdownOrder, OPEN } from '../../../src/protocol/lockdown.ts';
import { StatusMessage } from '../../../src/protocol/messages.ts';
import { signCommand, signOrder } from '../../../src/protocol/signing.ts';
import { keySetTopic, lockdownTopic, revocationsTopic } from '../../../src/protocol/topics.ts';
import { type Instant, UnitId } from '../../../src/protocol/units.ts';
import { ALL, type Member, rootKey, setOf, thumbprintOf, WHOLE } from '../../protocol/keys-of-county.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { client, now, Phone, REPORT, until } from './phone.ts';

const NO_KEYS = { state: 'disabled', reason: 'not in service yet: no set of keys has come' };

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('keys of orders over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    let broker: Broker;
    let staff: MqttClient;
    let phone: Phone;
    let root: RootPrivateKey;
    let sequence = 0;
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
      sequence = 0;
    });
    afterEach(() => phone.remove());

    const publish = (topic: string, payload: string) => staff.publishAsync(topic, payload, { qos: 1, retain: true });
    const giveSet = async (members: readonly Member[], change: Partial<KeySet> = {}, by = root) => {
      sequence += 1;
      const set = { ...setOf(phone.facility, sequence, members), ...change };
      await publish(keySetTopic(phone.facility), await signKeySet(set, by));
    };
    const revoke = async (key: OrderPrivateKey) => {
      const revoked = [{ thumbprint: await thumbprintOf(key), at: now() }];
      const list = Revocations.parse({ facility: phone.facility, sequence: 1, revoked });
      await publish(revocationsTopic(phone.facility), await signRevocations(list, phone.platform.own.replies));
    };
    const give = async (order: LockdownOrder, key = phone.warden) =>
      publish(lockdownTopic(order.scope), await signOrder(order, key));
    const box = async () => {
      await phone.start(broker.url, 20_000, now, false);
      phone.fleet.report(REPORT);
      await phone.up();
    };
    const restart = async () => {
      await phone.stop();
      phone.tape.length = 0;
      await box();
    };
    const lockdown = () => phone.all('lockdown').at(-1)?.lockdown;
    const state = () => lockdown()?.state;
    const refusals = () => phone.all('order-refused').map(({ reason }) => reason);
    const unit = () => ({ kind: 'unit', facility: phone.facility, unit: phone.unit }) as const;
    const open = (change: Partial<LockdownOrder> = {}) => phone.order({ state: 'open', mode: 'drain', ...change });
    const told = async () => {
      let keys: unknown;
      const hear = (topic: string, payload: Buffer) => {
        if (topic !== phone.topic('status')) return;
        const { body } = StatusMessage.parse(JSON.parse(payload.toString()));
        if (body.online) keys = body.keys;
      };
      staff.on('message', hear);
      await staff.subscribeAsync(phone.topic('status'), { qos: 1 });
      return { keys: () => keys, done: () => staff.off('message', hear) };
    };

    test('without a set a phone is closed and says so; the set and the order may come in any order', async () => {
      await give(open());
      await box();
      expect(lockdown()).toMatchObject(NO_KEYS);
      const status = await told();
      await until(() => status.keys() !== undefined);
      expect(status.keys()).toEqual({ sequence: 0, revoked: 0 });
      expect(refusals()).toEqual([]);
      await giveSet([[phone.warden, ALL]]);
      await until(() => state() === 'open');
      await until(() => (status.keys() as { sequence: number }).sequence === 1);
      status.done();
    });

    test('a set holds over a restart without a broker; an older, a forged and a foreign one are refused', async () => {
      await giveSet([[phone.deputy, ALL]]);
      await give(open({ issuer: 'deputy' }), phone.deputy);
      await box();
      await until(() => state() === 'open');
      await giveSet([[phone.warden, ALL]], { sequence: 5 });
      await giveSet([[phone.deputy, ALL]], { sequence: 4 });
      await until(() => refusals().length === 1);
      await giveSet([[phone.deputy, ALL]], { sequence: 5, since: 1 as Instant });
      await until(() => refusals().length === 2);
      await giveSet([[phone.deputy, ALL]], { sequence: 6 }, (await rootKey()).root);
      await until(() => refusals().length === 3);
      const elsewhere = setOf('elsewhere', 7, []).facility;
      await giveSet([[phone.deputy, ALL]], { sequence: 7, facility: elsewhere });
      await until(() => refusals().length === 4);
      await publish(keySetTopic(phone.facility), '');
      await until(() => refusals().length === 5);
      expect(refusals()).toEqual([
        'an old set of keys: its sequence is 4, 5 is known',
        'an old set of keys: its sequence is 5, 5 is known',
        'signed by another key than the root key of this site',
        'is for facility elsewhere',
        'empty: the keys stay as they are',
      ]);
      await phone.stop();
      phone.tape.length = 0;
      await phone.start('mqtt://127.0.0.1:9', 20_000, now, false);
      expect(state()).toBe('open');
      await restart();
      await give(phone.order({ issuer: 'deputy', sequence: 20, since: now() }), phone.deputy);
      await until(() => refusals().length >= 1);
      expect(refusals()[0]).toBe('signed by nobody whose orders are obeyed here');
      expect(state()).toBe('open');
      await give(phone.order({ sequence: 20, since: now() }));
      await until(() => state() === 'lockdown');
    });

    test('a key orders and commands what the set lets it, and is dead when it is revoked, for good', async () => {
      const may: Permit[] = [
        { to: 'orders', over: { kind: 'unit', unit: phone.unit } },
        { to: 'commands', over: WHOLE },
      ];
      await giveSet([[phone.warden, ALL], [phone.deputy, may]]); // biome-ignore format: one line
      await give(open());
      await box();
      await until(() => state() === 'open');
      const deputy = { issuer: 'deputy', sequence: 20, since: now() };
      await give(phone.order(deputy), phone.deputy);
      await until(() => refusals().length === 1);
      await give(phone.order({ ...deputy, scope: { ...unit(), unit: UnitId.parse('C') } }), phone.deputy);
      await give(phone.order({ ...deputy, scope: unit() }), phone.deputy);
      await until(() => state() === 'lockdown');
      const command = async (n: number) => {
        const order = CommandOrder.parse({
          ...{ facility: phone.facility, terminal: phone.terminal, command: { type: 'doctor' }, issuer: 'deputy' },
          ...{ sequence: n, at: now(), exp: now() + 60_000 },
        });
        await staff.publishAsync(phone.topic('commands'), await signCommand(order, phone.deputy), { qos: 1 });
      };
      await command(1);
      await until(() => phone.all('command').length === 1);
      await revoke(phone.deputy);
      const status = await told();
      await until(() => (status.keys() as { revoked: number } | undefined)?.revoked === 1);
      status.done();
      // What it obeys already stays; nothing new by that key is believed, by a newer set that has it neither.
      expect(state()).toBe('lockdown');
      await command(2);
      await until(() => refusals().length === 2);
      await giveSet([[phone.warden, ALL], [phone.deputy, ALL]]); // biome-ignore format: one line
      await restart();
      expect(state()).toBe('lockdown');
      await give(open({ ...deputy, scope: unit(), sequence: 21, since: now() }), phone.deputy);
      await until(() => refusals().length >= 1);
      expect(refusals().at(-1)).toBe('the key of deputy is revoked');
      expect(phone.all('command')).toEqual([]);
      await give(open({ scope: unit(), since: now() }));
      await until(() => state() === 'open');
    });

    test('a phone that comes new stays closed where what stands is by a key that counts no more, until it is ordered anew', async () => {
      await giveSet([[phone.warden, ALL], [phone.deputy, ALL]]); // biome-ignore format: one line
      await give(open());
      await give(phone.order({ issuer: 'deputy', scope: unit() }), phone.deputy);
      await revoke(phone.deputy);
      await box();
      const closed = {
        ...{ state: 'disabled', mode: 'drain', source: 'unit' },
        reason: `what stands for unit:${phone.facility}/B is by no key that counts: order it anew`,
      };
      await until(() => lockdown()?.source === 'unit');
      expect(lockdown()).toEqual(closed);
      await phone.fleet.roundTrip();
      await restart();
      expect(phone.all('lockdown')[0]?.lockdown).toEqual(closed);
      await giveSet([[phone.warden, ALL]]);
      await phone.fleet.roundTrip();
      expect(lockdown()).toEqual(closed);
      await give(open({ scope: unit() }));
      await until(() => state() === 'open');
      expect(lockdown()).toEqual(OPEN);
    });

    test('a phone in service is closed by nobody without a key, after a restart neither', async () => {
      await giveSet([[phone.warden, ALL]]);
      await give(open());
      await box();
      await until(() => state() === 'open');
      const kept = join(phone.folder, 'handover.json');
      while (!(await readFile(kept, 'utf8').catch(() => '')).includes('"done":true')) await phone.fleet.roundTrip();
      await give(phone.order({ issuer: 'deputy', scope: unit() }), phone.deputy);
      await until(() => refusals().length === 1);
      expect(state()).toBe('open');
      await restart();
      await until(() => refusals().length === 1);
      await phone.fleet.roundTrip();
      expect(phone.all('lockdown').map((event) => event.lockdown.state)).toEqual(['open']);
    });

    test('where the kept keys are damaged the phone is closed until the set has come again', async () => {
      await giveSet([[phone.warden, ALL]]);
      await give(open());
      await box();
      await until(() => state() === 'open');
      await phone.stop();
      await writeFile(join(phone.folder, 'keys.json'), '\0\0\0');
      phone.tape.length = 0;
      await box();
      expect(phone.all('lockdown')[0]?.lockdown).toMatchObject(NO_KEYS);
      await until(() => state() === 'open');
    });
  });
});
