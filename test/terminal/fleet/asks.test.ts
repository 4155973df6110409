import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ask } from '../../../src/protocol/ask.ts';
import { CallSecret } from '../../../src/protocol/call-secret.ts';
import { Pin } from '../../../src/protocol/pin.ts';
import { openPin, sealToldName } from '../../../src/protocol/sealing.ts';
import { signOrder } from '../../../src/protocol/signing.ts';
import { LONGEST_NAME, SpokenName } from '../../../src/protocol/spoken-name.ts';
import type { CallId, Millis } from '../../../src/protocol/units.ts';
import { makePlatformKeys } from '../../platform-keys.ts';
import { callOf } from '../storage/entries.ts';
import { aedes, type Broker, hasMosquitto, mosquitto } from './brokers.ts';
import { answerTo, client, Phone, platform, until } from './phone.ts';

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
      const { pin, secret } = await openPin(request.body.sealedPin, phone.platform.own.sealing, context);
      expect(pin.reveal()).toBe('90214768');
      expect(secret).not.toBeNull();
      await client.endAsync();
      await phone.remove();
    });

    test('how he says his name is heard by this phone alone, in this call', async () => {
      phone = await (await Phone.make()).start(broker.url, 1_000);
      await phone.up();
      const longest = Buffer.alloc(LONGEST_NAME, 0x5a).toString('base64');
      const heard: string[] = [];
      const listener = await client(broker.url);
      listener.on('message', (_, payload) => heard.push(payload.toString()));
      await listener.subscribeAsync([phone.topic('replies'), phone.topic('requests')], { qos: 1 });
      const secrets = new Map<CallId, CallSecret>();
      const told = async (call: CallId, secret: CallSecret) =>
        sealToldName(new SpokenName(longest), secret, { call, terminal: phone.terminal });
      const answers: ((call: CallId, secret: CallSecret) => Promise<string | null>)[] = [
        told,
        () => Promise.resolve(null),
        (call) => told(call, CallSecret.make()),
        () => Promise.resolve(longest),
        (_, secret) => told(callOf(9), secret),
      ];
      const asked = await platform(broker.url, phone, ({ body }, reply) => {
        const { call } = body;
        const answered = async () => {
          if (body.type === 'identify') {
            const sealing = phone.platform.own.sealing;
            const { secret } = await openPin(body.sealedPin, sealing, { call, terminal: phone.terminal });
            if (secret === null) throw new Error('a secret comes with the PIN');
            secrets.set(call, secrets.get(call) ?? secret);
            // One for all tries of a call.
            expect(secret.reveal()).toBe(secrets.get(call)?.reveal());
            return reply({ type: 'identify', result: 'wrong' });
          }
          const secret = secrets.get(call) ?? CallSecret.make();
          return reply({ type: 'name', result: 'name', sound: (await answers.shift()?.(call, secret)) ?? null });
        };
        answered().catch((error: unknown) => asked.client.emit('error', error as Error));
      });
      const outcomes = () => [...phone.all('reply'), ...phone.all('no-reply')];
      let request = 0;
      const ask = async (call: CallId, what: Ask) => {
        const before = outcomes().length;
        phone.fleet.ask(call, request++, what);
        await until(() => outcomes().length > before);
      };
      const identify = { type: 'identify', pin: new Pin('90214768') } as const;
      for (const call of [callOf(1), callOf(1), callOf(2)]) await ask(call, identify);
      // The secret of the call before is forgotten with it.
      await ask(callOf(1), { type: 'name' });
      expect(phone.all('malformed').map(({ detail }) => detail)).toEqual([expect.stringMatching(/no PIN was keyed/)]);
      answers.unshift(told);
      for (let n = 0; n < 5; n++) await ask(callOf(2), { type: 'name' });
      const names = phone.all('reply').flatMap(({ reply }) => (reply.type === 'name' ? [reply.name] : []));
      expect(names.map((name) => name?.reveal() ?? null)).toEqual([longest, null]);
      expect(JSON.stringify(phone.tape)).not.toContain(longest.slice(0, 64));
      expect(phone.all('no-reply').map(({ cause }) => cause)).toEqual(Array(4).fill('timeout'));
      expect(
        phone
          .all('malformed')
          .slice(1)
          .map(({ detail }) => detail),
      ).toEqual([
        expect.stringMatching(/name: the sealed spoken name cannot be opened/),
        expect.stringMatching(/name: the sealed spoken name cannot be opened/),
        expect.stringMatching(/name: the spoken name was sealed for another call/),
      ]);
      expect(secrets.get(callOf(2))?.reveal()).not.toBe(secrets.get(callOf(1))?.reveal());
      await until(() => heard.length === 18);
      // Whoever listens has neither the secret nor the sound, in whatever is signed or sealed; nor has the phone's disk.
      const files = await Promise.all(
        (await readdir(phone.folder, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile())
          .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
      );
      const traces = [longest.slice(0, 64), ...[...secrets.values()].map((secret) => secret.reveal())];
      const overheard = heard
        .map((text) => Buffer.from(text.split('.')[1] ?? '', 'base64url').toString())
        .concat(heard, files);
      // The answer that was made in the clear for this test shows that it would be found.
      expect(overheard.filter((text) => traces.some((trace) => text.includes(trace)))).toHaveLength(1);
      await listener.endAsync();
      await asked.client.endAsync();
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
      const asked = { id: crypto.randomUUID(), body: { call: callOf(1) } };
      const signed = (body: object, change: object = {}) => answerTo(phone, asked, body, { change });
      const stranger = (await makePlatformKeys()).own.replies;
      const [header = '', payload = '', signature = ''] = (await signed(REFUSED)).split('.');
      const order = await signOrder(phone.order(), phone.warden);
      const hostile: [payload: string | Buffer, detail: RegExp][] = [
        ['', /not signed/],
        ['{"v":1', /not signed/],
        [JSON.stringify({ v: 1, re: asked.id, body: REFUSED }), /not signed/],
        [Buffer.from([0xff, 0xfe, 0, 1]), /not signed/],
        ['['.repeat(60_000), /not signed/],
        ['x'.repeat(70_000), /70000 bytes, 65536 at most are read/],
        // Made by who holds the broker: with a key of his own, under a name that is known, with a signature cut off or from another.
        [await answerTo(phone, asked, REFUSED, { key: stranger }), /signed by nobody who is the platform/],
        [
          await answerTo(phone, asked, REFUSED, { key: { ...stranger, kid: phone.platform.own.replies.kid } }),
          /signature is not that of its issuer/,
        ],
        [`${header}.${payload}.`, /signature is not that of its issuer/],
        [`${header}.${Buffer.from('{}').toString('base64url')}.${signature}`, /signature is not that of its issuer/],
        [`${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`, /algorithm must be Ed25519/],
        [order, /type must be tierphone-reply/],
        // Signed by the platform, but for another phone, or not as a reply is.
        [await signed(REFUSED, { terminal: 'B-2' }), /signed for another phone/],
        [await signed(REFUSED, { facility: 'other' }), /signed for another phone/],
        [await signed(REFUSED, { v: 2 }), /v: /],
        [await signed({ ...REFUSED, reason: 'x'.repeat(5_000) }), /body/],
        [await signed(REFUSED, { ['k'.repeat(5_000)]: 1 }), /not an answer of the platform: .{10,170}$/],
        [await signed(REFUSED), /authorise: answers nothing asked/],
        [await signed(REFUSED, { exp: 5 }), /expired \d+ ms ago/],
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

    test('a grant that was overheard opens no other call, nor one to another number', async () => {
      phone = await (await Phone.make()).start(broker.url, 1_000);
      await phone.up();
      const grant = {
        ...{ number: '+12025550123', quota: 60_000, final: null, expected: 60_000, validity: 60_000, until: null },
        ...{ charge: { kind: 'free' }, privileged: false, recorded: true, digits: 'block' },
      };
      const granted = { type: 'authorise', result: 'granted', grant };
      const heard: string[] = [];
      const hostile = await client(broker.url);
      hostile.on('message', (_, payload) => heard.push(payload.toString()));
      await hostile.subscribeAsync(phone.topic('replies'), { qos: 1 });
      const withheld = await platform(broker.url, phone, (request, reply) => {
        const { body } = request;
        if (body.type === 'extend')
          return reply({ ...granted, type: 'extend', grant: { ...grant, number: '+13035550199' } });
        if (body.call === callOf(1)) return reply(granted);
        // The real answer is withheld: the one to the first call is played again, as it is and as often as one likes.
        for (const old of heard) hostile.publish(phone.topic('replies'), old, { qos: 1 });
        if (body.call === callOf(3)) reply(granted);
        if (body.call === callOf(4)) reply(granted, { call: callOf(1) });
      });
      phone.fleet.ask(callOf(1), 0, authorise);
      await until(() => phone.all('reply').length === 1 && heard.length > 0);
      phone.fleet.ask(callOf(2), 0, authorise);
      await until(() => phone.all('no-reply').length === 1);
      // Signed for this call, but not for the number that was keyed.
      phone.fleet.ask(callOf(3), 0, { type: 'authorise', dialled: '3035550199' });
      await until(() => phone.all('no-reply').length === 2);
      phone.fleet.ask(callOf(4), 0, authorise);
      await until(() => phone.all('no-reply').length === 3);
      phone.fleet.ask(callOf(1), 1, { type: 'extend', used: 5_000 as Millis });
      await until(() => phone.all('no-reply').length === 4);
      expect(phone.all('reply')).toHaveLength(1);
      const details = phone.all('malformed').map(({ detail }) => detail);
      expect(details).toContainEqual(expect.stringMatching(/answered before/));
      expect(details).toContainEqual(expect.stringMatching(/authorise: granted for another number than was keyed/));
      expect(details).toContainEqual(expect.stringMatching(/authorise: of another call/));
      expect(details).toContainEqual(expect.stringMatching(/extend: granted for another number/));
      await hostile.endAsync();
      await withheld.client.endAsync();
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
