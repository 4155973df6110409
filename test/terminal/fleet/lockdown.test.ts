import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactSign } from 'jose';
import type { MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LockdownOrder, NOT_IN_SERVICE, OPEN } from '../../../src/protocol/lockdown.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { lockdownTopic } from '../../../src/protocol/topics.ts';
import { FacilityId, type Instant } from '../../../src/protocol/units.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { client, now, orderKey, Phone, until } from './phone.ts';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('lockdown over %s', (_, start, there) => {
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
      phone = await (await Phone.make()).start(broker.url);
      await phone.up();
    });
    afterEach(() => phone.remove());

    const publish = (topic: string, payload: string | Buffer) =>
      staff.publishAsync(topic, payload, { qos: 1, retain: true });
    const give = async (order: LockdownOrder, key = phone.warden) =>
      publish(lockdownTopic(order.scope), await signOrder(order, key));
    const told = () => phone.all('lockdown').map(({ lockdown }) => lockdown.state);
    const refusals = () => phone.all('order-refused').map(({ reason }) => reason);

    test('is told of once, at each change, the most restrictive of three', async () => {
      expect(told()).toEqual(['open']);
      const unit = { kind: 'unit', facility: phone.facility, unit: phone.unit } as const;
      const terminal = { kind: 'terminal', facility: phone.facility, terminal: phone.terminal } as const;
      await give(phone.order({ scope: unit, state: 'disabled', mode: 'drain' }));
      await until(() => told().length === 2);
      await give(phone.order());
      await until(() => told().length === 3);
      await give(phone.order({ scope: terminal, state: 'open' }));
      await give(phone.order({ state: 'open', sequence: 11 }));
      await until(() => told().length === 4);
      await give(phone.order({ scope: unit, state: 'open', sequence: 11 }));
      await until(() => told().length === 5);
      expect(told()).toEqual(['open', 'disabled', 'lockdown', 'disabled', 'open']);
      expect(phone.all('lockdown')[2]?.lockdown).toEqual({
        state: 'lockdown',
        mode: 'drop',
        source: 'facility',
        reason: 'count',
      });
      expect(refusals()).toEqual([]);
    });

    test('a phone as it comes out of its box is closed until a valid order comes, and says so', async () => {
      const box = await Phone.make();
      await box.start(broker.url, 20_000, now, false);
      await box.up();
      expect(box.all('lockdown').at(-1)?.lockdown).toEqual(NOT_IN_SERVICE);
      // What stands at the broker cannot be believed: a key that was mistaken in the middle of a lockdown.
      await publish(
        lockdownTopic(box.order().scope),
        await signOrder(box.order({ state: 'open' }), await orderKey('warden')),
      );
      await until(() => box.all('order-refused').length === 1);
      expect(box.all('lockdown').at(-1)?.lockdown).toEqual(NOT_IN_SERVICE);
      await give(box.order({ state: 'open' }), box.warden);
      await until(() => box.all('lockdown').at(-1)?.lockdown.state === 'open');
      await box.remove();
    });

    test('an order that closes is obeyed from either issuer, whatever the date of the other; what opens is newer than both', async () => {
      const at = now();
      await give(phone.order({ since: at }));
      await until(() => told().length === 2);
      // Given before, come later: it is in force as well, and is what must be lifted.
      await give(phone.order({ issuer: 'deputy', state: 'disabled', since: (at - 60_000) as Instant }), phone.deputy);
      await give(phone.order({ state: 'open', sequence: 11, since: (at - 30_000) as Instant }));
      await until(() => told().length === 3);
      expect(refusals()).toEqual([]);
      expect(told()).toEqual(['open', 'lockdown', 'open']);
    });

    test('holds over a restart, with no broker there, and the same retained order is no news', async () => {
      await give(phone.order());
      await until(() => told().length === 2);
      await phone.stop();
      phone.tape.length = 0;
      await phone.start('mqtt://127.0.0.1:9');
      expect(told()).toEqual(['lockdown']);
      await phone.stop();
      phone.tape.length = 0;
      await phone.start(broker.url);
      await phone.up();
      const marker = phone.order({
        scope: { kind: 'unit', facility: phone.facility, unit: phone.unit },
        mode: 'drain',
      });
      await give({ ...marker, state: 'open' });
      await give(phone.order({ state: 'open', sequence: 11 }));
      await until(() => told().length === 2);
      expect(told()).toEqual(['lockdown', 'open']);
      expect(refusals()).toEqual([]);
    });

    test('is on the disk before it is told of', async () => {
      const stored: Promise<string>[] = [];
      phone.fleet.events.subscribe(({ type }) => {
        if (type === 'lockdown') stored.push(readFile(join(phone.folder, 'lockdown.json'), 'utf8').catch(() => ''));
      });
      await give(phone.order());
      await until(() => told().length === 2);
      expect(await stored[1]).toContain('"lockdown"');
    });

    test('runs out by itself', async () => {
      // By a clock that stands until it has come: on a busy machine it could be over before.
      await phone.stop();
      phone.tape.length = 0;
      let at = now();
      await phone.start(broker.url, 20_000, () => at);
      await phone.up();
      await give(phone.order({ until: (at + 400) as Instant }));
      await until(() => told().length === 2);
      at = (at + 400) as Instant;
      await until(() => told().length === 3);
      expect(told()).toEqual(['open', 'lockdown', 'open']);
    });

    test('is not lifted by clearing the topic, nor by anything but a good order', async () => {
      await give(phone.order({ sequence: 20, since: 5_000 as Instant }));
      await until(() => told().length === 2);
      const topic = lockdownTopic(phone.order().scope);
      const open = phone.order({ state: 'open', sequence: 30, since: 6_000 as Instant });
      const stranger = await orderKey('warden');
      const sign = async (payload: object, header: object, key = phone.warden) =>
        new CompactSign(Buffer.from(JSON.stringify(payload)))
          .setProtectedHeader({ alg: 'Ed25519', typ: 'tierphone-lockdown', kid: 'warden', ...header })
          .sign(key);
      const good = { aud: 'tierphone-terminal', content: open };
      const hostile: [name: string, payload: string | Buffer, reason: RegExp][] = [
        ['cleared', '', /empty: clearing a topic lifts nothing/],
        ['not signed', JSON.stringify(open), /not signed/],
        ['noise', Buffer.from([0xff, 0, 0x80, 0x2e, 0x2e]), /not signed/],
        [
          'alg none',
          `${base64url({ alg: 'none', typ: 'tierphone-lockdown', kid: 'warden' })}.${base64url(good)}.`,
          /algorithm/,
        ],
        ['wrong key', await signOrder(open, stranger), /signature is not that of its issuer/],
        [
          'unknown issuer',
          await signOrder({ ...open, issuer: 'nobody' }, await orderKey('nobody')),
          /nobody whose orders/,
        ],
        ["another's name", await sign(good, { kid: 'deputy' }, phone.deputy), /says it is by another/],
        ['another type', await sign(good, { typ: 'tierphone-hotlines' }), /the type must be/],
        ['another audience', await sign({ ...good, aud: 'other' }, {}), /the audience must be/],
        ['wrong schema', await sign({ ...good, content: { ...open, state: 'party' } }, {}), /signed, but.*state/],
        [
          'changed on the way',
          (await signOrder(open, phone.warden)).replace(/\.[^.]{8}/, '.eyJhdWQi0'),
          /signature|audience/,
        ],
        [
          'other facility',
          await signOrder(
            { ...open, scope: { kind: 'facility', facility: FacilityId.parse('elsewhere') } },
            phone.warden,
          ),
          /is for facility:elsewhere/,
        ],
        [
          'other scope',
          await signOrder({ ...open, scope: { ...phone.order().scope, kind: 'unit', unit: phone.unit } }, phone.warden),
          /is for unit:/,
        ],
        ['replayed', await signOrder({ ...open, sequence: 19 }, phone.warden), /replayed: its sequence is 19, 20 was/],
        ['same sequence, other content', await signOrder({ ...open, sequence: 20 }, phone.warden), /replayed/],
        [
          'an old one of another issuer',
          await signOrder({ ...open, issuer: 'deputy', since: 4_000 as Instant }, phone.deputy),
          /given before the order in force, which is by warden/,
        ],
      ];
      for (const [n, [name, payload, reason]] of hostile.entries()) {
        await publish(topic, payload);
        await until(() => refusals().length > n);
        expect(refusals()[n], name).toMatch(reason);
      }
      await publish(topic, 'x'.repeat(65_537));
      await until(() => phone.all('malformed').length === 1);
      expect(phone.all('malformed')[0]?.detail).toBe(`${topic}: 65537 bytes, 65536 at most are read`);
      expect(told()).toEqual(['open', 'lockdown']);
      await give(open);
      await until(() => told().length === 3);
      expect(told().at(-1)).toBe('open');
    });

    test('where what was kept is damaged the phone is locked until it is ordered open anew', async () => {
      await give(
        phone.order({ scope: { kind: 'terminal', facility: phone.facility, terminal: phone.terminal }, since: now() }),
      );
      await until(() => told().length === 2);
      await phone.stop();
      await writeFile(join(phone.folder, 'lockdown.json'), '\0\0\0');
      phone.tape.length = 0;
      const scope = { kind: 'terminal', facility: phone.facility, terminal: phone.terminal } as const;
      await give(phone.order({ scope, state: 'open', since: 1 as Instant }));
      await phone.start(broker.url);
      expect(phone.all('lockdown')[0]?.lockdown).toMatchObject({ state: 'lockdown', source: 'terminal' });
      await until(() => refusals().length >= 1);
      expect(refusals()[0]).toMatch(/given before the order in force/);
      await give(phone.order({ scope, state: 'open', sequence: 11, since: now() }));
      await until(() => told().length === 2);
      expect(phone.all('lockdown')[1]?.lockdown).toEqual(OPEN);
    });
  });
});
