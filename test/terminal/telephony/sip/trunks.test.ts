import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import type { TrunkConfig } from '../../../../src/terminal/telephony/sip/config.ts';
import type { Names } from '../../../../src/terminal/telephony/sip/names/names.ts';
import type { Pace } from '../../../../src/terminal/telephony/sip/pace.ts';
import { header, readMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';
import { openTestAccount, testTrunk, until } from './fakes.ts';
import { ANSWER, FarEnd } from './far-end.ts';

const PACE = {
  timing: { t1: 50, t2: 400 },
  backOff: { first: 50, longest: 200 },
  farewell: 200,
  probe: 400,
  noAnswer: 300,
};
const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Differs = Partial<Omit<TrunkConfig, 'name' | 'server'>>;

/** A terminal with two trunks over UDP. */
async function two(first: Differs = {}, second: Differs = {}, pace: Partial<Pace> = {}) {
  const a = await FarEnd.open();
  const b = await FarEnd.open();
  closers.push(
    () => a.close(),
    () => b.close(),
  );
  const trunks = [testTrunk(a.port, { name: 'a', ...first }), testTrunk(b.port, { name: 'b', priority: 1, ...second })];
  const terminal = await openTestAccount(0, { trunks }, { ...PACE, ...pace });
  closers.push(() => terminal.account.close());
  const trunk = (name: string) => terminal.events.flatMap((e) => (e.type === 'trunk' && e.trunk === name ? [e] : []));
  const states = (name: string) => trunk(name).map(({ state }) => state);
  const dial = (call: string) => terminal.account.dial(call, NUMBER, { privileged: false });
  return { a, b, trunk, states, dial, ...terminal };
}

describe('of two trunks', () => {
  test('the one of lower priority takes the call', async () => {
    const { a, b, dial, told } = await two();
    dial('one');
    a.answer(await a.next('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(b.count('INVITE')).toBe(0);
  });

  test('the second takes the call where the first answers 503, and the first is back once it is alive', async () => {
    const { a, b, dial, told, states, trunk, account } = await two();
    dial('one');
    a.answer(await a.fresh('INVITE'), 503);
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(trunk('a')[0]).toMatchObject({ state: 'down', detail: expect.stringContaining('503') });
    const probe = await a.fresh('OPTIONS');
    expect(probe.uri).toBe('sip:jail.example');
    a.reply(probe, 503);
    a.reply(await a.fresh('OPTIONS'), 404);
    await until('back', () => states('a').at(-1) === 'up');
    account.hangUp('one');
    b.reply(await b.next('BYE'), 200);
    dial('two');
    a.answer(await a.fresh('INVITE'), 180);
    await until('ringing', () => told().includes('ringing'));
  });

  test('the second takes the call where the first says nothing', async () => {
    const { a, b, dial, told } = await two();
    dial('one');
    await a.fresh('INVITE');
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
  });

  test('one that is down is passed over by the next call', async () => {
    const { a, b, dial, states, told } = await two({}, {}, { backOff: { first: 60_000, longest: 60_000 } });
    dial('one');
    a.answer(await a.fresh('INVITE'), 503);
    b.answer(await b.fresh('INVITE'), 486);
    await until('over', () => told().includes('dial-failed'));
    expect(states('a')).toEqual(['down']);
    dial('two');
    b.answer(await b.fresh('INVITE'), 200, ANSWER);
    await until('answered', () => told().includes('answered'));
    expect(a.distinct('INVITE')).toBe(1);
  });
});

describe('a trunk', () => {
  test('is told by what name and number we call, and that it is from a prison', async () => {
    const { a, dial } = await two({
      domain: 'carrier.example',
      identity: { user: '+12025550100', name: 'Pine River', asserted: true, oli: 29 },
    });
    dial('one');
    const invite = await a.next('INVITE');
    const uri = '<sip:+12025550100@carrier.example;isup-oli=29>';
    expect(header(invite, 'from')).toMatch(/^"Pine River" <sip:\+12025550100@carrier\.example;isup-oli=29>;tag=/);
    expect(header(invite, 'p-asserted-identity')).toBe(`"Pine River" ${uri}`);
    expect(invite.uri).toBe(`sip:${NUMBER}@carrier.example`);
  });

  test('is told less where it wants less', async () => {
    const { a, dial } = await two({ identity: { asserted: false, oli: 7 } });
    dial('one');
    const invite = await a.next('INVITE');
    expect(header(invite, 'from')).toMatch(/^<sip:terminal@jail\.example;isup-oli=07>;tag=/);
    expect(header(invite, 'p-asserted-identity')).toBeUndefined();
  });

  test('registers by itself, and a call can go out where one is registered', async () => {
    const { a, b, states, events } = await two({ register: true }, { register: true });
    const registration = () => events.flatMap((e) => (e.type === 'registration' ? [e.state] : []));
    a.reply(await a.fresh('REGISTER'), 403);
    await until('a is down', () => states('a').join() === 'down');
    b.reply(await b.fresh('REGISTER'), 200);
    await until('b is up', () => states('b').join() === 'up');
    expect(registration()).toEqual(['unregistered', 'registered']);
    a.reply(await a.fresh('REGISTER'), 200);
    await until('a is up', () => states('a').join() === 'down,up');
    expect(registration()).toEqual(['unregistered', 'registered']);
  });

  test('has a port of its own, next to the one before', async () => {
    const free = await FarEnd.open();
    const { port } = free;
    await free.close();
    const far = await FarEnd.open();
    const trunks = [
      testTrunk(far.port, { name: 'a', register: true }),
      testTrunk(far.port, { name: 'b', register: true }),
    ];
    const { account } = await openTestAccount(0, { trunks, local: { address: '127.0.0.1', port } }, PACE);
    closers.push(
      () => far.close(),
      () => account.close(),
    );
    const ports = [await far.fresh('REGISTER'), await far.fresh('REGISTER')].map(({ via }) => via.port);
    expect(ports.sort()).toEqual([port, port + 1]);
  });

  test('answers calls though it leaves OPTIONS unanswered, and is up again by that', async () => {
    const { a, b, dial, states, told } = await two({}, {}, { backOff: { first: 60_000, longest: 60_000 } });
    dial('one');
    a.answer(await a.fresh('INVITE'), 503);
    b.answer(await b.fresh('INVITE'), 503);
    await until('both are down', () => states('a').concat(states('b')).join() === 'down,down');
    await until('failed', () => told().includes('dial-failed'));
    dial('two');
    a.answer(await a.fresh('INVITE'), 486);
    await until('up', () => states('a').join() === 'down,up');
  });
});

describe('a keep-alive over UDP', () => {
  /** A socket that counts what comes: pings, and OPTIONS that it answers while it is told to. */
  async function counting(differs: Differs) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const it = { pings: 0, options: 0, answers: true };
    socket.on('message', (data, from) => {
      if (data.toString() === '\r\n\r\n') it.pings += 1;
      else {
        const request = readMessage(data.toString());
        if (request.method === 'OPTIONS') it.options += 1;
        if (it.answers) socket.send(writeReply(request, { status: 200, reason: 'OK' }), from.port, from.address);
      }
    });
    const trunks = [testTrunk(socket.address().port, { keepAlive: 0.1, ...differs })];
    const { account, events } = await openTestAccount(0, { trunks }, PACE);
    closers.push(
      () => new Promise((resolve) => socket.close(() => resolve())),
      () => account.close(),
    );
    const states = () => events.flatMap((e) => (e.type === 'trunk' ? [e.state] : []));
    return { it, states };
  }

  test('is two line ends where there is a registration', async () => {
    const { it, states } = await counting({ register: true });
    await until('pings', () => it.pings > 3);
    expect(it.options).toBe(0);
    expect(states()).toEqual(['up']);
  });

  test('is OPTIONS where there is none, and finds out that the trunk is dead, and back', async () => {
    const { it, states } = await counting({ register: false });
    await until('asked', () => it.options > 2);
    expect(it.pings).toBe(0);
    it.answers = false;
    await until('down', () => states().join() === 'down');
    it.answers = true;
    await until('up', () => states().join() === 'down,up');
  });

  test('is what the configuration says', async () => {
    const { it } = await counting({ register: false, keepAliveBy: 'crlf' });
    await until('pings', () => it.pings > 1);
    expect(it.options).toBe(0);
  });
});

test('a registration goes to the next target of its trunk where the first has an error', async () => {
  const a = await FarEnd.open();
  const b = await FarEnd.open();
  closers.push(
    () => a.close(),
    () => b.close(),
  );
  const records = [a, b].map(({ port }, i) => ({ name: 'host.test', port, priority: i, weight: 1 }));
  const names: Names = {
    naptr: async () => [],
    srv: async () => records,
    addresses: async () => [{ address: '127.0.0.1', ttl: 60 }],
  };
  const trunks = [testTrunk(0, { register: true, server: { host: 'carrier.test' } })];
  const { account, events } = await openTestAccount(0, { trunks }, PACE, names);
  closers.push(() => account.close());
  a.reply(await a.fresh('REGISTER'), 500);
  b.reply(await b.fresh('REGISTER'), 200);
  await until('registered', () => events.some(({ type }) => type === 'registration'));
  expect(events).toMatchObject([
    { type: 'trunk', state: 'up' },
    { type: 'registration', state: 'registered' },
  ]);
  account.dial('one', NUMBER, { privileged: false });
  await b.fresh('INVITE');
  expect(a.count('INVITE')).toBe(0);
});

test('a flood of strangers does not keep a call from being made', async () => {
  const { a, dial, account, told, events } = await two();
  dial('one');
  const invite = await a.fresh('INVITE');
  const port = invite.via.port ?? 0;
  const stranger = createSocket('udp4').bind(0, '127.0.0.1');
  await once(stranger, 'listening');
  const junk = Buffer.from(
    'OPTIONS sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n' +
      'Call-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n',
  );
  const flood = setInterval(() => {
    for (let i = 0; i < 50; i += 1) stranger.send(junk, port, '127.0.0.1');
  }, 10);
  closers.push(async () => {
    clearInterval(flood);
    stranger.close();
  });
  await until('flooded', () => events.some((e) => e.type === 'malformed' && /of a flood not read/.test(e.detail)));
  // What the flood drowns in the system's queue, a far end repeats.
  await until('acknowledged', () => {
    a.answer(invite, 200, ANSWER);
    return a.count('ACK') > 0;
  });
  account.hangUp('one');
  a.reply(await a.fresh('BYE'), 200);
  expect(told()).toEqual(['answered']);
  expect(events.filter(({ type }) => type === 'malformed').length).toBeLessThan(20);
});
