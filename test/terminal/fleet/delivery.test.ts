import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { verifyRecord } from '../../../src/protocol/attest.ts';
import { RecordMessage, SignedRecord, StatusMessage, type TerminalStatus } from '../../../src/protocol/messages.ts';
import type { CallId } from '../../../src/protocol/units.ts';
import { callOf, recordEntryOf, recordOf } from '../storage/entries.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { layCable } from './cable.ts';
import { answerTo, client, now, Phone, REPORT, until } from './phone.ts';

/** A platform that stores records, when it feels like it. */
async function ledger(url: string, phone: Phone, answer: (call: CallId, seen: number) => 'stored' | 'rejected' | null) {
  const mqtt: MqttClient = await client(url);
  const seen = new Map<CallId, number>();
  mqtt.on('message', (_, payload) => {
    const message = RecordMessage.parse(JSON.parse(payload.toString()));
    const { call } = message.body;
    seen.set(call, (seen.get(call) ?? 0) + 1);
    const result = answer(call, seen.get(call) ?? 0);
    if (!result) return;
    answerTo(phone, message, { type: 'record', result, call }).then(
      (reply) => mqtt.publish(phone.topic('replies'), reply, { qos: 1 }),
      (error) => mqtt.emit('error', error),
    );
  });
  await mqtt.subscribeAsync(phone.topic('records'), { qos: 1 });
  return { mqtt, seen };
}

/** Every status seen on the phone's topic. */
async function watch(url: string, phone: Phone) {
  const mqtt = await client(url);
  const seen: TerminalStatus[] = [];
  mqtt.on('message', (_, payload) => seen.push(StatusMessage.parse(JSON.parse(payload.toString())).body));
  await mqtt.subscribeAsync(phone.topic('status'), { qos: 1 });
  return { mqtt, seen };
}

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('what a terminal delivers over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    const withPhone = async (replyTimeout: number, use: (phone: Phone, broker: Broker) => Promise<void>) => {
      const broker = await start();
      const phone = await (await Phone.make()).start(broker.url, replyTimeout);
      await phone.up();
      await use(phone, broker);
      await phone.remove();
      await broker.kill();
    };

    test('records made while the broker is away arrive when it is back, each until it is confirmed', () =>
      withPhone(1_500, async (phone, broker) => {
        await broker.kill();
        for (let n = 0; n < 30; n += 1) await phone.journal.append(recordEntryOf(n));
        await broker.start();
        const { mqtt, seen } = await ledger(broker.url, phone, () => 'stored');
        await until(() => phone.journal.waiting().length === 0);
        expect([...seen.keys()].sort()).toEqual(Array.from({ length: 30 }, (_, n) => callOf(n)));
        await mqtt.endAsync();
      }));

    test('a record the platform is silent about is sent again, and holds up no other', () =>
      withPhone(300, async (phone, broker) => {
        const { mqtt, seen } = await ledger(broker.url, phone, (call, times) =>
          call === callOf(0) && times === 1 ? null : 'stored',
        );
        for (let n = 0; n < 20; n += 1) await phone.journal.append(recordEntryOf(n));
        await until(() => phone.journal.waiting().length === 0);
        expect(seen.get(callOf(0))).toBe(2);
        await mqtt.endAsync();
      }));

    test('the broker goes in the middle of it and nothing is lost', () =>
      withPhone(2_000, async (phone, broker) => {
        let seen = 0;
        const answer = () => {
          seen += 1;
          return seen > 5 ? null : ('stored' as const);
        };
        const before = await ledger(broker.url, phone, answer);
        for (let n = 0; n < 20; n += 1) await phone.journal.append(recordEntryOf(n));
        await until(() => seen > 5);
        await broker.kill();
        await before.mqtt.endAsync(true);
        await broker.start();
        const after = await ledger(broker.url, phone, () => 'stored');
        await until(() => phone.journal.waiting().length === 0);
        const all = new Set([...before.seen.keys(), ...after.seen.keys()]);
        expect(all.size).toBe(20);
        await after.mqtt.endAsync();
      }));

    test('a record the platform rejects is set aside and sent no more', () =>
      withPhone(20_000, async (phone, broker) => {
        const { mqtt } = await ledger(broker.url, phone, () => 'rejected');
        await phone.journal.append(recordEntryOf(7));
        await until(() => phone.journal.waiting().length === 0);
        const aside = await readFile(join(phone.folder, 'rejected-records.jsonl'), 'utf8');
        const { call, jws } = SignedRecord.parse(JSON.parse(aside));
        expect([call, (await verifyRecord(jws)).record]).toEqual([callOf(7), recordOf(7)]);
        await mqtt.endAsync();
      }));

    test('the status is retained, published where it changes, and says goodbye', () =>
      withPhone(20_000, async (phone, broker) => {
        const { mqtt, seen } = await watch(broker.url, phone);
        phone.fleet.report(REPORT);
        phone.fleet.report({ ...REPORT });
        await until(() => seen.length === 1);
        phone.fleet.report({ ...REPORT, hook: 'off', phase: 'language' });
        await until(() => seen.length === 2);
        expect(seen).toMatchObject([
          { online: true, hook: 'on', recordsWaiting: 0, orders: {} },
          { online: true, hook: 'off', phase: 'language' },
        ]);
        const late = await watch(broker.url, phone);
        await until(() => late.seen.length === 1);
        expect(late.seen[0]).toEqual(seen[1]);
        await late.mqtt.endAsync();
        await phone.stop();
        await until(() => seen.length === 3);
        expect(seen[2]).toEqual({ online: false, birth: seen[0]?.birth, unit: phone.unit });
        await phone.start(broker.url);
        await phone.up();
        phone.fleet.report(REPORT);
        await until(() => seen.length === 4);
        expect(seen[3]?.birth).toBeGreaterThan(seen[0]?.birth ?? Number.MAX_SAFE_INTEGER);
        await mqtt.endAsync();
      }));

    test('cut off without a word it is reported offline, and online when it is back', async () => {
      const broker = await start();
      const cable = await layCable(broker.url);
      const phone = await (await Phone.make()).start(cable.url);
      const { mqtt, seen } = await watch(broker.url, phone);
      await phone.up();
      phone.fleet.report(REPORT);
      await until(() => seen.length === 1);
      cable.pull(true);
      await until(() => seen.some(({ online }) => !online));
      await until(() => seen.at(-1)?.online === true);
      // A will that an earlier connection left behind, published late, is put right.
      const { birth } = seen[0] ?? { birth: 0 };
      const offlines = () => seen.filter(({ online }) => !online).length;
      const before = offlines();
      const stale = { v: 1, id: crypto.randomUUID(), at: now(), body: { online: false, birth } };
      await mqtt.publishAsync(phone.topic('status'), JSON.stringify(stale), { qos: 1, retain: true });
      await until(() => offlines() > before && seen.at(-1)?.online === true);
      await phone.remove();
      await mqtt.endAsync();
      await cable.close();
      await broker.kill();
    });

    test('what happened while the link was down is told when it is up', async () => {
      const broker = await start();
      const cable = await layCable(broker.url);
      const phone = await (await Phone.make()).start(cable.url);
      const mqtt = await client(broker.url);
      const seen: string[] = [];
      mqtt.on('message', (_, payload) => seen.push(JSON.parse(payload.toString()).body.version));
      await mqtt.subscribeAsync(phone.topic('events'), { qos: 1 });
      await phone.up();
      cable.pull(false);
      await until(() => phone.all('link').at(-1)?.state === 'down');
      for (let n = 0; n < 150; n += 1) phone.fleet.tell({ type: 'started', version: `${n}`, recovered: 0 });
      cable.plug();
      await until(() => seen.length >= 100);
      // Of more than a hundred the oldest made room.
      expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => `${n + 50}`));
      await phone.remove();
      await mqtt.endAsync();
      await cable.close();
      await broker.kill();
    });
  });
});
