import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { header, type Message } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { calling, NUMBER } from '../../terminal/telephony/sip/calling.ts';
import { pause, until } from '../../terminal/telephony/sip/fakes.ts';
import { ANSWER, FarEnd } from '../../terminal/telephony/sip/far-end.ts';

const { farEnd, terminal, dialled, talking } = calling();

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A far end at another address of this machine. */
async function elsewhere(address: string): Promise<FarEnd> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  let from = 0;
  const far = new FarEnd({
    protocol: 'UDP',
    port: socket.address().port,
    send: (data, to) => socket.send(data, to ?? from, '127.0.0.1'),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  });
  socket.on('message', (data, { port }) => {
    from = port;
    far.heard(data.toString('latin1'));
  });
  closers.push(() => far.close());
  return far;
}

const bye = (invite: Message, branch: string) =>
  `BYE sip:terminal@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2;branch=z9hG4bK${branch};rport\r\n` +
  `From: ${header(invite, 'to')};tag=far\r\nTo: ${header(invite, 'from')}\r\nCall-ID: ${invite.callId}\r\nCSeq: 9 BYE\r\nContent-Length: 0\r\n\r\n`;

describe('who is no part of the trunk', () => {
  test('ends no call, though he knows its Call-ID and tags; it is counted', async () => {
    const { invite, told, events, far } = await talking();
    const stranger = await elsewhere('127.0.0.2');
    stranger.raw(bye(invite, 'a'), invite.via.port ?? 0);
    await stranger.next(481);
    expect(told()).not.toContain('far-ended');
    expect(events.filter(({ type }) => type === 'malformed')).toHaveLength(1);
    far.request(invite, 'BYE', 9);
    await until('ended', () => told().at(-1) === 'far-ended');
  });

  test('answers no INVITE, though he knows its branch', async () => {
    const { far, invite, told, events } = await dialled();
    const stranger = await elsewhere('127.0.0.2');
    const copy = (status: number) =>
      `SIP/2.0 ${status} X\r\nVia: ${header(invite, 'via')}\r\nFrom: ${header(invite, 'from')}\r\nTo: ${header(invite, 'to')};tag=x\r\n` +
      `Call-ID: ${invite.callId}\r\nCSeq: ${invite.cseq} INVITE\r\nContent-Length: 0\r\n\r\n`;
    for (const status of [603, 200]) stranger.raw(copy(status), invite.via.port ?? 0);
    await until('counted', () => events.filter(({ type }) => type === 'malformed').length === 2);
    far.answer(invite, 200, ANSWER);
    await until('answered', () => told().at(-1) === 'answered');
  });
});

test('who the trunk named as the way of the call is part of it', async () => {
  const { far, invite, told } = await dialled();
  const gateway = await elsewhere('127.0.0.2');
  const contact = `<sip:gw@127.0.0.2:${gateway.port}>`;
  far.reply(invite, 200, {
    body: ANSWER,
    headers: [
      ['contact', contact],
      ['content-type', 'application/sdp'],
    ],
  });
  await gateway.next('ACK');
  gateway.raw(bye(invite, 'b'));
  await gateway.next(200);
  await until('ended', () => told().at(-1) === 'far-ended');
});

/** A challenge to the request that came last. */
const digest = (params: string) => [['www-authenticate', `Digest ${params}`]] as [string, string][];

describe('a challenge is answered', () => {
  test('for the realm that was seen first, and no other', async () => {
    const { far, invite, told, log } = await dialled();
    far.reply(invite, 401, { headers: digest('realm="carrier", nonce="1", qop="auth"') });
    const second = await far.fresh('INVITE');
    expect(header(second, 'authorization')).toContain('realm="carrier"');
    far.reply(second, 407, { headers: [['proxy-authenticate', 'Digest realm="gateway", nonce="2", qop="auth"']] });
    await until('refused', () => told().at(-1) === 'dial-failed');
    expect(log.lines.join()).toContain('its realm is not that of the trunk');
  });

  test('for the realm that is configured, and no other', async () => {
    const far = await farEnd();
    const { account, told } = await terminal(far.port, { realm: 'carrier' });
    account.dial('one', NUMBER, { privileged: false });
    far.reply(await far.next('INVITE'), 401, { headers: digest('realm="gateway", nonce="1"') });
    await until('refused', () => told().at(-1) === 'dial-failed');
    account.dial('two', NUMBER, { privileged: false });
    far.reply(await far.fresh('INVITE'), 401, { headers: digest('realm="carrier", nonce="1"') });
    expect(header(await far.fresh('INVITE'), 'authorization')).toContain('realm="carrier"');
  });

  test.each([
    ['MD5 after SHA-256', 'algorithm=SHA-256, qop="auth"', 'algorithm=MD5, qop="auth"'],
    ['without qop after qop', 'qop="auth"', ''],
  ])('never weaker than before: %s', async (_what, strong, weak) => {
    const far = await farEnd();
    const { account, told } = await terminal(far.port);
    account.dial('one', NUMBER, { privileged: false });
    far.reply(await far.fresh('INVITE'), 401, { headers: digest(`realm="r", nonce="1", ${strong}`) });
    far.reply(await far.fresh('INVITE'), 486);
    await until('over', () => told().at(-1) === 'dial-failed');
    const before = far.distinct('INVITE');
    account.dial('two', NUMBER, { privileged: false });
    far.reply(await far.fresh('INVITE'), 401, { headers: digest(`realm="r", nonce="2"${weak && ', '}${weak}`) });
    await until('refused', () => told().filter((type) => type === 'dial-failed').length === 2);
    expect(far.distinct('INVITE')).toBe(before + 1);
  });

  test('never in a dialog that goes elsewhere', async () => {
    const { far, invite, account } = await dialled();
    far.reply(invite, 401, { headers: digest('realm="carrier", nonce="1"') });
    const second = await far.fresh('INVITE');
    const gateway = await elsewhere('127.0.0.2');
    const contact = `<sip:+19005550100@127.0.0.2:${gateway.port}>`;
    far.reply(second, 200, {
      body: ANSWER,
      headers: [
        ['contact', contact],
        ['content-type', 'application/sdp'],
      ],
    });
    await gateway.next('ACK');
    account.hangUp('one');
    gateway.reply(await gateway.fresh('BYE'), 401, { headers: digest('realm="carrier", nonce="2"') });
    await pause(300);
    expect(gateway.distinct('BYE')).toBe(1);
  });

  test('for no INVITE to a number that a Contact has put in place of the one dialled', async () => {
    const far = await farEnd();
    const { account, log, told } = await terminal(far.port, { sessionExpires: 2 }, { leastExpires: 1 });
    account.dial('one', NUMBER, { privileged: false });
    const invite = await far.fresh('INVITE');
    far.reply(invite, 401, { headers: digest('realm="carrier", nonce="1"') });
    const second = await far.fresh('INVITE');
    const headers: [string, string][] = [
      ['contact', `<sip:+19005550100@127.0.0.1:${far.port}>`],
      ['content-type', 'application/sdp'],
      ['session-expires', '2;refresher=uac'],
      ['require', 'timer'],
    ];
    far.reply(second, 200, { body: ANSWER, headers });
    await until('answered', () => told().at(-1) === 'answered');
    const refresh = await far.fresh('INVITE');
    expect(refresh.uri).toContain('+19005550100');
    far.reply(refresh, 401, { headers: digest('realm="carrier", nonce="2"') });
    await until('refused', () => log.lines.some((line) => line.includes('Request-URI is of another call')));
    expect(far.distinct('INVITE')).toBe(3);
  });
});
