import { afterEach, describe, expect, test } from 'vitest';
import { header } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount, pause, until } from './fakes.ts';
import { ANSWER, FarEnd } from './far-end.ts';

const PACE = { timing: { t1: 50, t2: 400 }, backOff: { first: 100, longest: 400 }, farewell: 200 };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A terminal, and a stranger who knows its address. */
async function setup() {
  const far = await FarEnd.open();
  const stranger = await FarEnd.open();
  closers.push(
    () => far.close(),
    () => stranger.close(),
  );
  const terminal = await openTestAccount(far.port, {}, PACE);
  closers.push(() => terminal.account.close());
  terminal.account.dial('one', '+12025550123', { privileged: false });
  const invite = await far.next('INVITE');
  const port = invite.via.port ?? 0;
  const send = (method: string, more = '', branch = 'z9hG4bKstranger') =>
    stranger.raw(
      `${method} sip:anyone@127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:9;rport;branch=${branch}\r\n` +
        `From: <sip:s@s.example>;tag=s\r\nTo: <sip:anyone@127.0.0.1>\r\nCall-ID: stranger\r\nCSeq: 1 ${method}\r\n` +
        `Contact: <sip:s@127.0.0.1>\r\n${more}Content-Length: 0\r\n\r\n`,
      port,
    );
  return { far, stranger, send, port, invite, ...terminal };
}

describe('a stranger', () => {
  test('who calls is refused, until he says that he has heard', async () => {
    const { stranger, send, media } = await setup();
    send('INVITE');
    const first = await stranger.next(403);
    // Found by rport, though Via names an address of nowhere (RFC 3581).
    expect(first.via.params.get('received')).toBe('127.0.0.1');
    await stranger.next(403);
    send('ACK');
    await pause(100);
    const sent = stranger.count(403);
    await pause(500);
    expect(stranger.count(403)).toBe(sent);
    expect(media.open_.size).toBe(1);
  });

  test('who asks is told that the terminal is alive', async () => {
    const { stranger, send } = await setup();
    send('OPTIONS');
    expect(header(await stranger.next(200), 'allow')).toMatch(/^INVITE, ACK, CANCEL, BYE, OPTIONS/);
  });

  test.each([
    ['REGISTER', 405],
    ['MESSAGE', 405],
    ['REFER', 405],
    ['SUBSCRIBE', 405],
    ['BYE', 481],
    ['CANCEL', 481],
  ] as const)('who sends %s is answered %i', async (method, status) => {
    const { stranger, send } = await setup();
    send(method);
    await stranger.next(status);
  });

  test('who asks for an extension is told that there is none', async () => {
    const { stranger, send } = await setup();
    send('OPTIONS', 'Require: 100rel\r\n');
    expect(header(await stranger.next(420), 'unsupported')).toBe('100rel');
  });

  test('cannot answer a call by guessing', async () => {
    const { stranger, far, invite, port, events } = await setup();
    const guess = invite.branch.replace(/.{16}$/, '0'.repeat(16));
    stranger.raw(
      `SIP/2.0 486 Busy\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=${guess}\r\nFrom: ${header(invite, 'from')}\r\n` +
        `To: ${header(invite, 'to')};tag=x\r\nCall-ID: ${invite.callId}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
      port,
    );
    await pause(100);
    far.answer(invite, 200, ANSWER);
    await until('answered', () => events.at(-1)?.type === 'answered');
  });

  test.each([
    ['no SIP at all', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a request cut short', 'INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x'],
    [
      'no Via',
      'OPTIONS sip:a@b SIP/2.0\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n',
    ],
    ['bytes', Buffer.from([0, 255, 1, 254, 13, 10, 13, 10])],
  ])('who sends %s is counted and dropped', async (_what, data) => {
    const { stranger, port, events } = await setup();
    stranger.raw(data, port);
    await until('malformed', () => events.some((e) => e.type === 'malformed'));
    expect(events.find((e) => e.type === 'malformed')).toMatchObject({ detail: expect.stringContaining('127.0.0.1') });
  });

  test('who only keeps a hole open is not counted', async () => {
    const { stranger, port, events, send } = await setup();
    stranger.raw('\r\n\r\n', port);
    send('OPTIONS');
    await stranger.next(200);
    expect(events.filter((e) => e.type === 'malformed')).toEqual([]);
  });
});

test('a port that is taken is told at once', async () => {
  const far = await FarEnd.open();
  closers.push(() => far.close());
  await expect(openTestAccount(9, { local: { address: '127.0.0.1', port: far.port } })).rejects.toThrow('EADDRINUSE');
});

test('the address for the far end is found by the route to the server', async () => {
  const far = await FarEnd.open();
  const { account } = await openTestAccount(far.port, { local: { address: '0.0.0.0', port: 0 } }, PACE);
  closers.push(
    () => far.close(),
    () => account.close(),
  );
  account.dial('one', '+12025550123', { privileged: false });
  expect((await far.next('INVITE')).body).toContain('c=IN IP4 127.0.0.1');
});

test('numbers are in no log but for their last two digits', async () => {
  const { log } = await setup();
  expect(log.lines.join('\n')).not.toContain('2025550123');
});
