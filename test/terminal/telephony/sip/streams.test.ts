import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { has } from '../../../interop/peers/program.ts';
import { Authority } from './certificates.ts';
import { openTestAccount, type TestConfig, testTrunk, until } from './fakes.ts';
import { ANSWER } from './far-end.ts';
import { FarStream, type FarStreamOptions } from './far-stream.ts';

const PACE = {
  timing: { t1: 50, t2: 400 },
  backOff: { first: 50, longest: 200 },
  farewell: 200,
  connect: 2_000,
  settle: 100,
  probe: 300,
  pong: 200,
};
const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const openssl = has('openssl');
let authority: Authority;
beforeAll(() => {
  if (openssl) authority = new Authority();
});
afterAll(() => authority?.close());

async function setup(options: FarStreamOptions = {}, config: TestConfig = {}) {
  const stream = await FarStream.open(options);
  closers.push(() => stream.close());
  const terminal = await openTestAccount(stream.port, { transport: options.tls ? 'tls' : 'tcp', ...config }, PACE);
  closers.push(() => terminal.account.close());
  const trunk = () => terminal.events.flatMap((e) => (e.type === 'trunk' ? [e] : []));
  const states = () => trunk().map(({ state }) => state);
  return { stream, far: stream.far, trunk, states, ...terminal };
}

const localhost = () => {
  const { cert, key } = authority.make({ names: 'DNS:localhost,IP:127.0.0.1' });
  return { cert, key };
};

describe.skipIf(!openssl).each(['tcp', 'tls'] as const)('a trunk over %s (needs openssl)', (transport) => {
  const open = (config: TestConfig = {}) =>
    setup(transport === 'tls' ? { tls: localhost() } : {}, {
      ...(transport === 'tls' && { tls: { ca: authority.ca } }),
      ...config,
    });

  test('carries a call, without repeating anything', async () => {
    const { far, account, states, told } = await open();
    await until('up', () => states().includes('up'));
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    expect(invite.via).toMatchObject({ protocol: transport.toUpperCase(), host: '127.0.0.1' });
    expect(header(invite, 'contact')).toContain(`127.0.0.1:${invite.via.port};transport=${transport}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(far.count('INVITE')).toBe(1);
    far.answer(invite, 180);
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    far.request(invite, 'OPTIONS', 1);
    await far.next(200);
    account.hangUp('one');
    far.reply(await far.next('BYE'), 200);
    expect(told()).toEqual(['ringing', 'answered']);
  });
});

describe('a connection', () => {
  test('that breaks in mid-call is opened again, and the call goes on over the new one', async () => {
    const { stream, far, account, states, told } = await setup();
    await until('up', () => states().includes('up'));
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.next('INVITE');
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    stream.cut();
    await until('back', () => states().join() === 'up,down,up');
    far.request(invite, 'OPTIONS', 1);
    await far.next(200);
    account.hangUp('one');
    const bye = await far.next('BYE');
    expect(bye.via.port).not.toBe(invite.via.port);
    far.reply(bye, 200);
    expect(told()).toEqual(['answered']);
  });

  test('that cannot be had is tried at growing pauses, and a call meanwhile fails at once', async () => {
    const { stream, far, account, states, trunk, told, events } = await setup();
    await until('up', () => states().includes('up'));
    stream.welcoming = false;
    stream.cut();
    await until('down', () => states().includes('down'));
    expect(trunk()[1]?.detail).toBe('closed by the far end');
    await stream.far.close();
    await until('a call fails', () => {
      account.dial('one', NUMBER, { privileged: false });
      return told().includes('dial-failed');
    });
    expect(events.find(({ type }) => type === 'dial-failed')).toMatchObject({ failure: 'network', sip: null });
    const again = await FarStream.open({ port: stream.port });
    closers.push(() => again.close());
    await until('back', () => states().at(-1) === 'up');
    account.dial('two', NUMBER, { privileged: false });
    await again.far.next('INVITE');
    expect(far.count('INVITE')).toBe(0);
  });

  test('that the far end closes as soon as it is made is not tried without pause', async () => {
    const { stream, states } = await setup();
    await until('up', () => states().includes('up'));
    stream.welcoming = false;
    stream.cut();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    // Pauses of 25 ms at least, then 50, then 100 each.
    expect(states().length).toBeLessThan(40);
  });

  test('registers at once when it is there, and takes the binding of the one before away', async () => {
    const { stream, far, events } = await setup({}, { register: true });
    const states = () => events.flatMap((e) => (e.type === 'registration' ? [e.state] : []));
    const first = await far.next('REGISTER');
    const contact = header(first, 'contact') ?? '';
    expect(contact).toContain(`127.0.0.1:${first.via.port};transport=tcp>;expires=300`);
    far.reply(first, 200, { headers: [['contact', contact]] });
    await until('registered', () => states().includes('registered'));
    stream.cut();
    await until('lost', () => states().includes('unregistered'));
    const second = await far.next('REGISTER');
    const contacts = second.headers.flatMap(([name, value]) => (name === 'contact' ? [value] : []));
    expect(contacts).toEqual([
      contact.replace(`:${first.via.port};`, `:${second.via.port};`),
      contact.replace('expires=300', 'expires=0'),
    ]);
    far.reply(second, 200, { headers: [['contact', contacts[0] ?? '']] });
    await until('registered again', () => states().at(-1) === 'registered');
  });

  test('by which no SIP comes is closed, counted and made anew', async () => {
    const { far, states, events } = await setup();
    await until('up', () => states().includes('up'));
    far.raw('INVITE sip:a@b SIP/2.0\r\nContent-Length: many\r\n\r\n');
    await until('anew', () => states().join() === 'up,down,up');
    expect(events.find(({ type }) => type === 'malformed')).toMatchObject({
      detail: expect.stringMatching(/^SIP stream from 127\.0\.0\.1:\d+: Content-Length is not a number$/),
    });
  });

  test('is asked by line ends whether it is alive, and given up when it does not answer any more', async () => {
    const { stream, states, trunk } = await setup({ pongs: true }, { keepAlive: 0.1 });
    await until('pings', () => stream.pings > 2);
    expect(states()).toEqual(['up']);
    stream.pongs = false;
    await until('given up', () => states().includes('down'));
    expect(trunk()[1]?.detail).toBe('no answer to a keep-alive in 0.2 s');
    expect(stream.far.count('OPTIONS')).toBe(0);
    await until('opened again', () => states().at(-1) === 'up');
  });

  test('to a far end that knows no such keep-alive is asked by OPTIONS', async () => {
    const { stream, far, states } = await setup({ pongs: false }, { keepAlive: 0.1 });
    for (let i = 0; i < 3; i += 1) far.reply(await far.next('OPTIONS'), 405);
    expect(stream.pings).toBe(1);
    expect(states()).toEqual(['up']);
    await until('given up', () => states().includes('down'));
  });
});

describe.skipIf(!openssl)('a certificate (needs openssl)', () => {
  const refused = async (tls: { cert: string; key: string }, config: TestConfig) => {
    const it = await setup({ tls }, config);
    await until('refused', () => it.states().includes('down'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    // Tried several times by now, and told once.
    expect(it.states()).toEqual(['down']);
    expect(it.stream.connections).toBe(0);
    return it.trunk()[0]?.detail;
  };
  const trusting = () => ({ tls: { ca: authority.ca } });

  test('for another name is refused', async () => {
    const detail = await refused(authority.make({ names: 'DNS:other.example' }), trusting());
    expect(detail).toBe(
      'its certificate is for DNS:other.example and not for 127.0.0.1 or jail.example; set server.host to the name the carrier gives',
    );
  });

  test('of an authority that nobody trusts is refused', async () => {
    expect(await refused(localhost(), {})).toMatch(/an authority that is not trusted; put that into sip\.tls\.ca$/);
  });

  test('that has expired is refused', async () => {
    const detail = await refused(authority.make({ names: 'IP:127.0.0.1', days: -1 }), trusting());
    expect(detail).toMatch(/^its certificate has expired/);
  });

  test.each([
    ['the domain of the account', 'DNS:jail.example'],
    ['its SIP URI', 'URI:sip:jail.example'],
  ])('for %s is good', async (_what, names) => {
    const { states } = await setup({ tls: authority.make({ names }) }, trusting());
    await until('up', () => states().includes('up'));
  });

  test('of ours is shown where it is asked for, and missed where there is none', async () => {
    const tls = { ...localhost(), requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority.ca) };
    const bare = await setup({ tls }, trusting());
    await until('refused', () => bare.states().includes('down'));
    expect(bare.trunk().at(-1)?.detail).toMatch(
      /refuses our certificate or wants one .*check sip\.tls\.cert and sip\.tls\.key$/,
    );
    const { files } = authority.make({ names: 'DNS:terminal.example' });
    const shown = await setup({ tls }, { tls: { ca: authority.ca, ...files } });
    shown.account.dial('one', NUMBER, { privileged: false });
    await shown.far.next('INVITE');
  });

  test('is asked for by the name of the server', async () => {
    const asked: string[] = [];
    const tls = {
      ...localhost(),
      SNICallback: (name: string, over: (error: null) => void) => {
        asked.push(name);
        over(null);
      },
    };
    const stream = await FarStream.open({ tls });
    const trunks = [testTrunk(0, { transport: 'tls', server: { host: 'localhost', port: stream.port } })];
    const { account, events } = await openTestAccount(0, { trunks, ...trusting() }, PACE);
    closers.push(
      () => stream.close(),
      () => account.close(),
    );
    await until('up', () => events.some((e) => e.type === 'trunk' && e.state === 'up'));
    expect(asked[0]).toBe('localhost');
  });

  test('is no matter where the far end speaks no TLS at all', async () => {
    const stream = await FarStream.open();
    closers.push(() => stream.close());
    const { account, events } = await openTestAccount(stream.port, { transport: 'tls' }, PACE);
    closers.push(() => account.close());
    stream.far.raw('x');
    await until('connected', () => stream.connections > 0);
    stream.far.raw('SIP/2.0 400 Bad Request\r\n\r\n');
    await until('down', () => events.some((e) => e.type === 'trunk' && e.state === 'down'));
    expect(events.find(({ type }) => type === 'trunk')).toMatchObject({
      detail: 'it does not speak TLS at that port; check server.port and transport',
    });
  });

  test('file that is none is told at once', async () => {
    const { files } = authority.make({ names: 'DNS:a.example' });
    await expect(openTestAccount(9, { tls: { ca: '/nowhere/ca.pem' } })).rejects.toThrow('sip.tls.ca: ENOENT');
    await expect(openTestAccount(9, { tls: { ...files, key: authority.ca } })).rejects.toThrow(
      /^sip\.tls: not the cert/,
    );
  });
});
