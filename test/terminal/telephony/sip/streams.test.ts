import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/message.ts';
import { Authority } from './certificates.ts';
import { openTestAccount, type TestConfig, until } from './fakes.ts';
import { ANSWER } from './far-end.ts';
import { FarStream, type FarStreamOptions } from './far-stream.ts';

const PACE = {
  timing: { t1: 50, t2: 400 },
  backOff: { first: 50, longest: 200 },
  farewell: 200,
  connect: 2_000,
  probe: 300,
  pong: 200,
};
const NUMBER = '+12025550123';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let authority: Authority;
beforeAll(() => {
  authority = new Authority();
});
afterAll(() => authority.close());

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

describe.each(['tcp', 'tls'] as const)('a trunk over %s', (transport) => {
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
