import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Pin } from '../../../src/protocol/pin.ts';
import { openPin } from '../../../src/protocol/sealing.ts';
import type { Millis } from '../../../src/protocol/units.ts';
import { callOf } from '../storage/entries.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { Phone, platform, until } from './phone.ts';

const REFUSED = { type: 'authorise', result: 'refused', reason: 'no-balance' } as const;
const ENDED = { type: 'end', result: 'ended', charge: null } as const;
const authorise = { type: 'authorise', dialled: '2025550123' } as const;

describe.each([
  ['aedes', aedes, true],
  ['mosquitto', mosquitto, hasMosquitto],
] as const)('asking the platform over %s', (_, start, there) => {
  describe.skipIf(!there)('', () => {
    let broker: Broker;
    let phone: Phone;
    beforeAll(async () => {
      broker = await start();
    });
    afterAll(() => broker.kill());

    test('an answer comes back to the call that asked', async () => {
      phone = await (await Phone.make()).start(broker.url);
      await phone.up();
      const { client, requests } = await platform(broker.url, phone, (_, reply) => reply(REFUSED));
      phone.fleet.ask(callOf(1), 3, authorise);
      await until(() => phone.all('reply').length === 1);
      expect(phone.all('reply')).toEqual([{ type: 'reply', call: callOf(1), request: 3, reply: REFUSED }]);
      expect(requests[0]?.body).toEqual({ type: 'authorise', call: callOf(1), dialled: '2025550123' });
      await client.endAsync();
      await phone.remove();
    });

    test('a PIN is sealed for this call of this terminal', async () => {
      phone = await (await Phone.make()).start(broker.url);
      await phone.up();
      const { client, requests } = await platform(broker.url, phone, (_, reply) =>
        reply({ type: 'identify', result: 'wrong' }),
      );
      phone.fleet.ask(callOf(1), 0, { type: 'identify', pin: new Pin('90214768') });
      await until(() => phone.all('reply').length === 1);
      const [request] = requests;
      expect(JSON.stringify(request)).not.toContain('90214768');
      if (request?.body.type !== 'identify') throw new Error('identify was asked');
      const context = { call: callOf(1), terminal: phone.terminal };
      expect((await openPin(request.body.sealedPin, phone.sealing.open, context)).reveal()).toBe('90214768');
      await client.endAsync();
      await phone.remove();
    });

    test('silence is one no-reply, and what comes later is named and dropped', async () => {
      phone = await (await Phone.make()).start(broker.url, 300);
      await phone.up();
      let late: (() => void) | null = null;
      const { client } = await platform(broker.url, phone, (_, reply) => {
        late = () => reply(REFUSED);
      });
      phone.fleet.ask(callOf(1), 0, authorise);
      await until(() => phone.all('no-reply').length === 1 && late !== null);
      (late as (() => void) | null)?.();
      await until(() => phone.all('malformed').length === 1);
      expect(phone.all('no-reply')).toEqual([{ type: 'no-reply', call: callOf(1), request: 0, cause: 'timeout' }]);
      expect(phone.all('malformed')[0]?.detail).toContain('came too late');
      expect(phone.all('reply')).toEqual([]);
      await client.endAsync();
      await phone.remove();
    });

    test('without a link the answer is no-reply at once, and nothing is sent when the link is back', async () => {
      const own = await start();
      phone = await (await Phone.make()).start(own.url);
      await phone.up();
      await own.kill();
      await until(() => phone.all('link').at(-1)?.state === 'down');
      phone.fleet.ask(callOf(1), 0, authorise);
      await until(() => phone.all('no-reply').length === 1);
      expect(phone.all('no-reply')[0]?.cause).toBe('offline');
      await own.start();
      const { client, requests } = await platform(own.url, phone, (_, reply) => reply(ENDED));
      await phone.up();
      phone.fleet.ask(callOf(2), 1, { type: 'end', used: 5_000 as Millis });
      await until(() => phone.all('reply').length === 1);
      expect(requests.map(({ body }) => body.call)).toEqual([callOf(2)]);
      await client.endAsync();
      await phone.remove();
      await own.kill();
    });

    test('what is no answer is named, dropped, and takes nothing with it', async () => {
      phone = await (await Phone.make()).start(broker.url);
      await phone.up();
      const { client } = await platform(broker.url, phone, (_, reply) => reply(REFUSED));
      const envelope = { v: 1, id: crypto.randomUUID(), at: 1, re: crypto.randomUUID(), exp: 9_000_000_000_000 };
      const hostile: [payload: string | Buffer, detail: RegExp][] = [
        ['', /not JSON/],
        ['{"v":1', /not JSON/],
        [Buffer.from([0xff, 0xfe, 0, 1]), /not JSON/],
        ['null', /message: /],
        ['[]', /message: /],
        ['['.repeat(60_000), /not JSON/],
        ['x'.repeat(70_000), /70000 bytes, 65536 at most are read/],
        [JSON.stringify({ ...envelope, v: 2, body: REFUSED }), /v: /],
        [JSON.stringify({ ...envelope, body: { ...REFUSED, reason: 'x'.repeat(5_000) } }), /body/],
        [JSON.stringify({ ...envelope, ['k'.repeat(5_000)]: 1, body: REFUSED }), /message: .{10,200}$/],
        [JSON.stringify({ ...envelope, body: REFUSED }), /authorise: answers nothing asked/],
        [JSON.stringify({ ...envelope, exp: 5, body: REFUSED }), /expired \d+ ms ago/],
      ];
      for (const [payload] of hostile) await client.publishAsync(phone.topic('replies'), payload, { qos: 1 });
      phone.fleet.ask(callOf(1), 0, authorise);
      await until(() => phone.all('reply').length === 1);
      const details = phone.all('malformed').map(({ detail }) => detail);
      expect(details).toEqual(hostile.map(([, detail]) => expect.stringMatching(detail)));
      expect(Math.max(...details.map((detail) => detail.length))).toBeLessThan(450);
      await client.endAsync();
      await phone.remove();
    });

    test('whatever the platform does, each ask has exactly one outcome', async () => {
      phone = await (await Phone.make()).start(broker.url, 3_000);
      await phone.up();
      const habits = ['answer', 'twice', 'silent', 'error', 'other type', 'record', 'expired', 'garbage'] as const;
      const plan: (typeof habits)[number][] = [];
      const { client } = await platform(broker.url, phone, ({ body }, reply) => {
        const habit = plan[Number.parseInt(body.call.slice(-12), 10)];
        if (habit === 'answer' || habit === 'twice') reply(REFUSED);
        if (habit === 'twice') reply(REFUSED);
        if (habit === 'error') reply({ type: 'error', result: 'error', detail: 'what?' });
        if (habit === 'other type') reply(ENDED);
        if (habit === 'record') reply({ type: 'record', result: 'stored', call: body.call });
        if (habit === 'expired') reply(REFUSED, { exp: 1 });
        if (habit === 'garbage') reply({ type: 'authorise', result: 'granted' });
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.constantFrom(...habits), { minLength: 1, maxLength: 60 }), async (drawn) => {
          const first = plan.length;
          phone.tape.length = 0;
          plan.push(...drawn);
          drawn.forEach((_, n) => {
            phone.fleet.ask(callOf(first + n), 0, authorise);
          });
          const outcomes = () => [...phone.all('reply'), ...phone.all('no-reply')];
          await until(() => outcomes().length >= drawn.length);
          expect(new Set(outcomes().map(({ call }) => call)).size).toBe(drawn.length);
          drawn.forEach((habit, n) => {
            const [outcome, ...more] = outcomes().filter(({ call }) => call === callOf(first + n));
            expect(more).toEqual([]);
            const wanted = habit === 'answer' || habit === 'twice' ? 'reply' : habit === 'error' ? 'error' : 'timeout';
            expect(outcome?.type === 'no-reply' ? outcome.cause : outcome?.type).toBe(wanted);
          });
        }),
        { numRuns: 2 },
      );
      await client.endAsync();
      await phone.remove();
    });
  });
});
