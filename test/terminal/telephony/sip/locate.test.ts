import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode } from 'dns-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { cachedNames } from '../../../../src/terminal/telephony/sip/names/cached-names.ts';
import { locate } from '../../../../src/terminal/telephony/sip/names/locate.ts';
import { type Names, systemNames } from '../../../../src/terminal/telephony/sip/names/names.ts';
import { openTestAccount, testTrunk, until } from './fakes.ts';
import { ANSWER, FarEnd } from './far-end.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Names of a test: `naptr`, `srv` and `a` by name; what is not there has no record. */
class Zone implements Names {
  readonly records: Partial<Record<string, unknown[]>>;
  /** Set to have no name server answer. */
  dead = false;
  readonly asked: string[] = [];

  constructor(records: Record<string, unknown[]>) {
    this.records = records;
  }

  naptr = (domain: string) => this.#get(`naptr ${domain}`);
  srv = (name: string) => this.#get(`srv ${name}`);
  addresses = (host: string, family: 4 | 6) => this.#get(`${family === 4 ? 'a' : 'aaaa'} ${host}`);

  // biome-ignore lint/suspicious/noExplicitAny: a test writes what it likes.
  async #get(key: string): Promise<any[]> {
    this.asked.push(key);
    if (this.dead) throw new Error('queryA ETIMEOUT');
    return this.records[key] ?? [];
  }
}

const naptr = (order: number, service: string, replacement: string) => ({
  order,
  preference: 10,
  flags: 'S',
  service,
  replacement,
});
const srv = (priority: number, weight: number, port: number, name: string) => ({ priority, weight, port, name });
const a = (address: string, ttl: number | null = 60) => ({ address, ttl });
const carrier = (transport: 'udp' | 'tcp' | 'tls' = 'udp', port?: number) => ({
  server: { host: 'carrier.example', port },
  transport,
});
const first = { family: 4, random: () => 0 } as const;

describe('the targets of a trunk (RFC 3263)', () => {
  test('follow NAPTR of their transport, then SRV, then addresses', async () => {
    const names = new Zone({
      'naptr carrier.example': [
        naptr(20, 'SIP+D2U', '_sip._udp.far.example'),
        naptr(10, 'SIPS+D2T', '_sips._tcp.near.example'),
        naptr(10, 'SIP+D2U', '_sip._udp.near.example'),
      ],
      'srv _sip._udp.near.example': [srv(2, 0, 5070, 'b.example'), srv(1, 0, 5060, 'a.example')],
      'srv _sip._udp.far.example': [srv(1, 0, 5080, 'c.example')],
      'srv _sips._tcp.near.example': [srv(1, 0, 5061, 'a.example')],
      'a a.example': [a('192.0.2.1'), a('192.0.2.2')],
      'a b.example': [a('192.0.2.3')],
      'a c.example': [a('192.0.2.4')],
    });
    const at = (targets: readonly { address: string; port: number }[]) =>
      targets.map(({ address, port }) => `${address}:${port}`);
    expect(at(await locate(carrier(), { names, ...first }))).toEqual([
      '192.0.2.1:5060',
      '192.0.2.2:5060',
      '192.0.2.3:5070',
      '192.0.2.4:5080',
    ]);
    expect(at(await locate(carrier('tls'), { names, ...first }))).toEqual(['192.0.2.1:5061', '192.0.2.2:5061']);
  });

  test.each([
    ['udp', '_sip._udp'],
    ['tcp', '_sip._tcp'],
    ['tls', '_sips._tcp'],
  ] as const)('over %s without NAPTR are found by SRV at %s', async (transport, name) => {
    const names = new Zone({
      [`srv ${name}.carrier.example`]: [srv(1, 1, 5999, 'a.example')],
      'a a.example': [a('192.0.2.1')],
    });
    expect(await locate(carrier(transport), { names, ...first })).toEqual([{ address: '192.0.2.1', port: 5999 }]);
  });

  test.each([
    ['udp', 5060],
    ['tcp', 5060],
    ['tls', 5061],
  ] as const)('over %s without SRV are the addresses of the host, at port %i', async (transport, port) => {
    const names = new Zone({ 'a carrier.example': [a('192.0.2.1')] });
    expect(await locate(carrier(transport), { names, ...first })).toEqual([{ address: '192.0.2.1', port }]);
  });

  test('with a port configured are the addresses only', async () => {
    const names = new Zone({ 'a carrier.example': [a('192.0.2.1')] });
    expect(await locate(carrier('udp', 5090), { names, ...first })).toEqual([{ address: '192.0.2.1', port: 5090 }]);
    expect(names.asked).toEqual(['a carrier.example']);
  });

  test('of an IP address need nobody to be asked', async () => {
    const names = new Zone({});
    const server = { host: '[::1]' };
    expect(await locate({ server, transport: 'tls' }, { names, ...first })).toEqual([{ address: '::1', port: 5061 }]);
    expect(names.asked).toEqual([]);
  });

  test('leave out what cannot be used, and say so where that is all', async () => {
    const names = new Zone({
      'srv _sip._udp.carrier.example': [
        srv(1, 1, 0, 'a.example'),
        srv(1, 1, 5060, '.'),
        srv(1, 1, 5060, 'gone.example'),
        srv(2, 1, 5060, 'a.example'),
      ],
      'a a.example': [a('192.0.2.1')],
    });
    expect(await locate(carrier(), { names, ...first })).toEqual([{ address: '192.0.2.1', port: 5060 }]);
    names.records['a a.example'] = [];
    await expect(locate(carrier(), { names, ...first })).rejects.toThrow('carrier.example has no IPv4 address; check');
  });

  test('share calls by weight (RFC 2782)', async () => {
    const names = new Zone({
      'srv _sip._udp.carrier.example': [
        srv(1, 3, 5060, 'a.example'),
        srv(1, 1, 5060, 'b.example'),
        srv(1, 0, 5060, 'c.example'),
      ],
      'a a.example': [a('192.0.2.1')],
      'a b.example': [a('192.0.2.2')],
      'a c.example': [a('192.0.2.3')],
    });
    const counts: Record<string, number> = {};
    for (let i = 0; i < 1_000; i += 1) {
      const [target] = await locate(carrier(), { names, family: 4, random: () => (i + 0.5) / 1_000 });
      counts[target?.address ?? ''] = (counts[target?.address ?? ''] ?? 0) + 1;
    }
    // A draw of 0 to 4: 0 finds the one of weight 0, which so gets next to nothing where weights are large.
    expect(counts).toEqual({ '192.0.2.3': 200, '192.0.2.1': expect.any(Number), '192.0.2.2': expect.any(Number) });
    expect(counts['192.0.2.1']).toBe(600);
  });
});

describe('names', () => {
  test('are asked for once while they hold, and again after', async () => {
    let now = 0;
    const zone = new Zone({ 'a a.example': [a('192.0.2.1', 120)] });
    const names = cachedNames(zone, () => now);
    for (const at of [0, 60_000, 119_000]) {
      now = at;
      await names.addresses('a.example', 4);
    }
    expect(zone.asked).toHaveLength(1);
    zone.records['a a.example'] = [a('192.0.2.2', 1)];
    now = 121_000;
    expect(await names.addresses('a.example', 4)).toEqual([a('192.0.2.1', 120)]);
    expect(await names.addresses('a.example', 4)).toEqual([a('192.0.2.2', 1)]);
    // 1 s is not obeyed: it is held for half a minute.
    now += 29_000;
    await names.addresses('a.example', 4);
    expect(zone.asked).toHaveLength(2);
  });

  test('outlive their name server', async () => {
    let now = 0;
    const zone = new Zone({ 'a a.example': [a('192.0.2.1', 60)] });
    const names = cachedNames(zone, () => now);
    await names.addresses('a.example', 4);
    zone.dead = true;
    for (now = 61_000; now < 10 * 3_600_000; now += 600_000) {
      expect(await names.addresses('a.example', 4)).toEqual([a('192.0.2.1', 60)]);
    }
    now = 30 * 3_600_000;
    await expect(names.addresses('a.example', 4)).rejects.toThrow('ETIMEOUT');
  });
});

/** A name server on loopback that answers from what it is given. */
async function nameServer(answers: readonly Answer[]) {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  socket.on('message', (data, from) => {
    const query = decode(data);
    const [question] = query.questions ?? [];
    const found = answers.filter(({ name, type }) => name === question?.name && type === question.type);
    const rcode = answers.some(({ name }) => name === question?.name) ? 0 : 3;
    const reply = encode({
      type: 'response',
      id: query.id ?? 0,
      flags: 0x0180 | rcode,
      questions: query.questions ?? [],
      answers: found,
    });
    socket.send(reply, from.port, from.address);
  });
  closers.push(() => new Promise((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${socket.address().port}`;
}

test('a call finds its way by NAPTR and SRV of a real name server, past a target that is dead', async () => {
  const dead = await FarEnd.open();
  const far = await FarEnd.open();
  closers.push(
    () => dead.close(),
    () => far.close(),
  );
  const server = await nameServer([
    {
      type: 'NAPTR',
      name: 'carrier.test',
      ttl: 60,
      data: {
        order: 1,
        preference: 1,
        flags: 's',
        services: 'SIP+D2U',
        regexp: '',
        replacement: '_sip._udp.hosts.test',
      },
    },
    {
      type: 'SRV',
      name: '_sip._udp.hosts.test',
      ttl: 60,
      data: { priority: 1, weight: 1, port: dead.port, target: 'one.test' },
    },
    {
      type: 'SRV',
      name: '_sip._udp.hosts.test',
      ttl: 60,
      data: { priority: 2, weight: 1, port: far.port, target: 'two.test' },
    },
    { type: 'A', name: 'one.test', ttl: 60, data: '127.0.0.1' },
    { type: 'A', name: 'two.test', ttl: 60, data: '127.0.0.1' },
  ]);
  const pace = { timing: { t1: 50, t2: 400 }, farewell: 200, noAnswer: 300, probe: 300 };
  const trunks = [testTrunk(0, { server: { host: 'carrier.test' } })];
  const { account, told, events } = await openTestAccount(0, { trunks }, pace, systemNames([server]));
  closers.push(() => account.close());
  account.dial('one', '+12025550123', { privileged: false });
  await dead.fresh('INVITE');
  far.answer(await far.fresh('INVITE'), 200, ANSWER);
  await until('answered', () => told().includes('answered'));
  // The trunk has another target: it was never down.
  expect(events.filter(({ type }) => type === 'trunk')).toEqual([]);
});

test('a trunk whose name nobody can tell is down, says why, and is up when a name server is there', async () => {
  const far = await FarEnd.open();
  closers.push(() => far.close());
  const zone = new Zone({ 'a carrier.test': [a('127.0.0.1')] });
  zone.dead = true;
  const pace = { timing: { t1: 50, t2: 400 }, backOff: { first: 50, longest: 100 }, farewell: 200 };
  const trunks = [testTrunk(0, { server: { host: 'carrier.test', port: far.port } })];
  const { account, events, told } = await openTestAccount(0, { trunks }, pace, zone);
  closers.push(() => account.close());
  expect(events).toMatchObject([
    { type: 'registration', state: 'unregistered', detail: expect.stringMatching(/carrier\.test .*check the network/) },
  ]);
  account.dial('one', '+12025550123', { privileged: false });
  await until('failed', () => told().includes('dial-failed'));
  zone.dead = false;
  // The call has found it down, so it is not taken as alive but asked.
  far.reply(await far.fresh('OPTIONS'), 200);
  await until('up', () => events.some((e) => e.type === 'trunk' && e.state === 'up'));
});
