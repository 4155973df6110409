import { afterEach, describe, expect, test } from 'vitest';
import { header, type Message } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount, until } from './fakes.ts';
import { FarEnd } from './far-end.ts';

const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 50, longest: 200 }, farewell: 200 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setup() {
  const far = await FarEnd.open();
  closers.push(() => far.close());
  const terminal = await openTestAccount(far.port, { register: true, expires: 300 }, PACE);
  closers.push(() => terminal.account.close());
  const states = () => terminal.events.flatMap((e) => (e.type === 'registration' ? [e.state] : []));
  return { far, states, ...terminal };
}

function accept(far: FarEnd, request: Message, seconds: number): void {
  const contact = (header(request, 'contact') ?? '').replace(/expires=\d+/, `expires=${seconds}`);
  far.reply(request, 200, {
    headers: [
      ['contact', `<sip:other@192.0.2.9>;expires=9`],
      ['contact', contact],
    ],
  });
}

describe('registration', () => {
  test('asks for the time configured, and goes on before what was granted ends', async () => {
    const { far, states } = await setup();
    const first = await far.fresh('REGISTER');
    expect(first.uri).toBe('sip:jail.example');
    expect(header(first, 'contact')).toMatch(/<sip:terminal@127\.0\.0\.1:\d+>;expires=300/);
    accept(far, first, 1);
    await until('registered', () => states().includes('registered'));
    const second = await far.fresh('REGISTER');
    expect([second.callId, second.cseq]).toEqual([first.callId, first.cseq + 1]);
    accept(far, second, 300);
    expect(states()).toEqual(['registered']);
  });

  test('is repeated when lost', async () => {
    const { far, states } = await setup();
    const first = await far.next('REGISTER');
    const again = await far.next('REGISTER');
    expect(again.branch).toBe(first.branch);
    accept(far, again, 300);
    await until('registered', () => states().includes('registered'));
  });

  test('says that the registrar is gone, tries again at growing pauses, and says that it is back', async () => {
    const { far, states, events } = await setup();
    accept(far, await far.fresh('REGISTER'), 1);
    await until('registered', () => states().length === 1);
    for (let i = 0; i < 4; i += 1) far.reply(await far.fresh('REGISTER'), 503);
    accept(far, await far.fresh('REGISTER'), 300);
    await until('back', () => states().length === 3);
    expect(states()).toEqual(['registered', 'unregistered', 'registered']);
    const told = events.filter(({ type }) => type === 'registration');
    expect(told[1]).toMatchObject({ detail: expect.stringMatching(/^registrar: 503 .*next try in/) });
  });

  test('takes a longer time where the registrar wants that, and does not hurry where it wants nothing new', async () => {
    const { far, states } = await setup();
    far.reply(await far.fresh('REGISTER'), 423, { headers: [['min-expires', '600']] });
    const second = await far.fresh('REGISTER');
    expect(header(second, 'contact')).toContain('expires=600');
    far.reply(second, 423, { headers: [['min-expires', '600']] });
    await until('refused', () => states().includes('unregistered'));
    accept(far, await far.fresh('REGISTER'), 600);
    await until('registered', () => states().includes('registered'));
  });

  test('obeys Retry-After', async () => {
    const { far, states } = await setup();
    const first = await far.fresh('REGISTER');
    const refused = performance.now();
    far.reply(first, 503, { headers: [['retry-after', '1 (maintenance)']] });
    await until('refused', () => states().includes('unregistered'));
    accept(far, await far.fresh('REGISTER'), 300);
    expect(performance.now() - refused).toBeGreaterThan(800);
  });

  test('holds though the registrar names no Contact', async () => {
    const { far, states } = await setup();
    far.reply(await far.fresh('REGISTER'), 200);
    await until('registered', () => states().includes('registered'));
  });

  test('gives up on a challenge that it cannot meet, and keeps trying', async () => {
    const { far, states } = await setup();
    const challenge = [['www-authenticate', 'Digest realm="r", nonce="n", algorithm=SHA-512, qop="auth"']] as const;
    far.reply(await far.fresh('REGISTER'), 401, { headers: challenge });
    await until('refused', () => states().includes('unregistered'));
    accept(far, await far.fresh('REGISTER'), 300);
    await until('registered', () => states().includes('registered'));
  });

  test('answers a proxy, the server behind it, and a nonce that has grown old, each with its own', async () => {
    const { far, states } = await setup();
    const digest = (what: string) => `Digest qop="auth", algorithm=SHA-256, ${what}`;
    far.reply(await far.fresh('REGISTER'), 407, {
      headers: [['proxy-authenticate', digest('realm="a \\"proxy\\"", nonce="p1"')]],
    });
    const second = await far.fresh('REGISTER');
    expect(header(second, 'proxy-authorization')).toContain('realm="a \\"proxy\\"", nonce="p1"');
    far.reply(second, 401, { headers: [['www-authenticate', digest('realm="server", nonce="s1"')]] });
    const third = await far.fresh('REGISTER');
    expect(header(third, 'proxy-authorization')).toContain('nonce="p1"');
    expect(header(third, 'authorization')).toContain('nonce="s1"');
    far.reply(third, 401, { headers: [['www-authenticate', digest('realm="server", nonce="s2", stale=true')]] });
    const fourth = await far.fresh('REGISTER');
    expect(header(fourth, 'authorization')).toContain('nonce="s2"');
    accept(far, fourth, 300);
    await until('registered', () => states().includes('registered'));
  });

  test('does not say a password again that was refused', async () => {
    const { far, states } = await setup();
    const challenge = (nonce: string) => [['www-authenticate', `Digest realm="r", nonce="${nonce}"`]] as const;
    far.reply(await far.fresh('REGISTER'), 401, { headers: challenge('n1') });
    far.reply(await far.fresh('REGISTER'), 401, { headers: challenge('n2') });
    await until('refused', () => states().includes('unregistered'));
    // The next is a new try, after a pause.
    expect(header(await far.fresh('REGISTER'), 'authorization')).toBeUndefined();
  });

  test('is taken away at the end, and never tells a password', async () => {
    const { far, states, account, log } = await setup();
    const first = await far.fresh('REGISTER');
    far.reply(first, 401, { headers: [['www-authenticate', 'Digest realm="r", nonce="n", qop="auth"']] });
    const second = await far.fresh('REGISTER');
    expect(header(second, 'authorization')).toMatch(/^Digest username="terminal"/);
    accept(far, second, 300);
    await until('registered', () => states().includes('registered'));
    const closed = account.close();
    const last = await far.fresh('REGISTER');
    expect(header(last, 'contact')).toContain('expires=0');
    far.reply(last, 200);
    await closed;
    expect(log.lines.join('\n')).not.toMatch(/a secret|response=|Digest/);
  });
});

test('an account that does not register says so to whoever listens', async () => {
  const { account, events } = await openTestAccount(9, {}, PACE);
  expect(events).toMatchObject([{ type: 'registration', state: 'not-used' }]);
  await account.close();
});
