import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordMessage } from '../../../src/protocol/messages.ts';
import type { CallId, Millis } from '../../../src/protocol/units.ts';
import { callOf, recordEntryOf } from '../storage/entries.ts';
import { type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { answerTo, client, Phone, platform, until } from './phone.ts';

const ENDED = { type: 'end', result: 'ended', charge: null } as const;
const END = { type: 'end', used: 5_000 as Millis } as const;

/** A platform that answers requests, and records as `answer` says; `ended` are the calls whose end it was asked for. */
async function listening(url: string, phone: Phone, answer: (call: CallId) => 'stored' | 'rejected' | null) {
  const { client: asked, requests } = await platform(url, phone, (_, reply) => reply(ENDED));
  const records = await client(url);
  records.on('message', (_, payload) => {
    const message = RecordMessage.parse(JSON.parse(payload.toString()));
    const { call } = message.body;
    const result = answer(call);
    if (result === null) return;
    answerTo(phone, message, { type: 'record', result, call }).then(
      (reply) => records.publish(phone.topic('replies'), reply, { qos: 1 }),
      (error) => records.emit('error', error),
    );
  });
  await records.subscribeAsync(phone.topic('records'), { qos: 1 });
  const close = () => Promise.all([asked.endAsync(), records.endAsync()]);
  return { ended: () => requests.map(({ body }) => body.call), close };
}

describe.skipIf(!hasMosquitto)('the word that a call is over', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await mosquitto();
  });
  afterAll(() => broker.kill());

  const withPhone = async (
    answer: (call: CallId) => 'stored' | 'rejected' | null,
    use: (phone: Phone, ended: () => readonly CallId[]) => Promise<void>,
  ) => {
    const phone = await (await Phone.make()).start(broker.url, 1_000);
    await phone.up();
    const { ended, close } = await listening(broker.url, phone, answer);
    await use(phone, ended);
    await phone.remove();
    await close();
  };

  test('is that of its record: one that is stored is not followed by a request, one that nobody answers is', () =>
    withPhone(
      (call) => (call === callOf(2) ? null : 'stored'),
      async (phone, ended) => {
        phone.fleet.ask(callOf(1), 4, END);
        await phone.journal.append(recordEntryOf(1));
        await until(() => phone.journal.waiting().length === 0);
        // Later than the first, so that by its own request the time of the first is over.
        phone.fleet.ask(callOf(2), 4, END);
        await phone.journal.append(recordEntryOf(2));
        await until(() => ended().length > 0);
        expect(ended()).toEqual([callOf(2)]);
      },
    ));

  test('is a request where the record does not go out', () =>
    withPhone(
      () => null,
      async (phone, ended) => {
        phone.fleet.ask(callOf(1), 4, END);
        await until(() => phone.all('reply').length > 0);
        expect(ended()).toEqual([callOf(1)]);
        expect(phone.all('reply')).toEqual([{ type: 'reply', call: callOf(1), request: 4, reply: ENDED }]);
      },
    ));

  test('is a request where the record is rejected', () =>
    withPhone(
      () => 'rejected',
      async (phone, ended) => {
        phone.fleet.ask(callOf(1), 4, END);
        await phone.journal.append(recordEntryOf(1));
        await until(() => ended().length > 0 && phone.journal.waiting().length === 0);
        expect(ended()).toEqual([callOf(1)]);
      },
    ));

  test('is said before a phone that is stopped leaves the broker', () =>
    withPhone(
      () => null,
      async (phone, ended) => {
        phone.fleet.ask(callOf(1), 4, END);
        await phone.stop();
        await until(() => ended().length > 0);
        expect(ended()).toEqual([callOf(1)]);
        await phone.start(broker.url, 1_000);
      },
    ));
});
