import { describe, expect, test } from 'vitest';
import { header, type Message } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../src/terminal/telephony/sip/wire/reply.ts';
import { calling } from '../../terminal/telephony/sip/calling.ts';
import { until } from '../../terminal/telephony/sip/fakes.ts';
import { ANSWER, type FarEnd } from '../../terminal/telephony/sip/far-end.ts';

const { dialled, talking } = calling();

/** A request inside the dialog of `invite` with other headers, as bytes. */
function inside(invite: Message, far: FarEnd, method: string, differs: Record<string, string | null>): Buffer {
  const headers: Record<string, string | null> = {
    Via: `SIP/2.0/UDP 127.0.0.1:${far.port};branch=z9hG4bK${Math.random()};rport`,
    From: `${header(invite, 'to')};tag=far`,
    To: header(invite, 'from') ?? '',
    'Call-ID': invite.callId,
    CSeq: `7 ${method}`,
    ...differs,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  return Buffer.from(`${method} sip:terminal@127.0.0.1 SIP/2.0\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

describe('a BYE whose Call-ID and tags fit ends the call', () => {
  test.each([
    ['From is a tel URI', { From: '<tel:+12025550123>;tag=far' }],
    ['From is a tel URI without brackets', { From: 'tel:+12025550123;tag=far' }],
    ['the display name is Latin-1', { From: '"Gef\xe4ngnis" <sip:far@127.0.0.1>;tag=far' }],
    ['the display name is Latin-1 and has no quotes', { From: 'Jos\xe9 Mu\xf1oz <sip:far@127.0.0.1>;tag=far' }],
    ['the display name has a comma and no quotes', { From: 'Doe, John (B) <sip:far@127.0.0.1>;tag=far' }],
    ['the host has an underscore', { From: '<sip:far@gw_1>;tag=far', Contact: '<sip:far@gw_1:5060>' }],
    ['Via has a host with an underscore', { Via: 'SIP/2.0/UDP gw_1;branch=z9hG4bKunder;rport' }],
    ['Via cannot be read', { Via: 'what?' }],
    ['Via is missing', { Via: null }],
    ['CSeq is older than what came before', { CSeq: '0 BYE' }],
    ['CSeq is of another method', { CSeq: '7 INVITE' }],
    ['CSeq is no number', { CSeq: 'seven BYE' }],
    ['CSeq is larger than any', { CSeq: '9999999999 BYE' }],
    ['From is there twice', { f: '"again" <sip:x@y>;tag=far' }],
    ['Content-Length is too long', { 'Content-Length': '500' }],
    ['Content-Length is no number', { 'Content-Length': 'none' }],
    ['Content-Type is none', { 'Content-Type': '?' }],
    ['Max-Forwards is none', { 'Max-Forwards': 'seventy' }],
    ['a header has no name', { ': x\r\n???': 'y' }],
    ['it demands an extension', { Require: 'nothing-we-have' }],
    ['Reason has bytes of nobody', { Reason: 'Q.850;cause=16;text="\xff\xfe\0"' }],
  ])('though %s', async (_what, differs) => {
    const { far, invite, told } = await talking();
    far.raw(inside(invite, far, 'BYE', differs));
    await far.next(200);
    await until('ended', () => told().at(-1) === 'far-ended');
  });

  test('though the call is not answered yet', async () => {
    const { far, invite, told, events } = await dialled();
    far.answer(invite, 180);
    await until('ringing', () => told().at(-1) === 'ringing');
    far.raw(inside(invite, far, 'BYE', {}));
    await far.next(200);
    await until('failed', () => told().at(-1) === 'dial-failed');
    expect(events.at(-1)).toMatchObject({ failure: 'rejected' });
    far.reply(invite, 487);
    await far.next('CANCEL');
  });

  test.each([
    ['Call-ID', { 'Call-ID': 'hurt' }],
    ['From', { From: '<sip:far@127.0.0.1>;tag=hurt' }],
    ['To', { To: '<sip:terminal@127.0.0.1>;tag=hurt' }],
  ])('though %s was hurt when it was sent first', async (_what, differs) => {
    const { far, invite, told } = await talking();
    const via = { Via: `SIP/2.0/UDP 127.0.0.1:${far.port};branch=z9hG4bKonce;rport` };
    far.raw(inside(invite, far, 'BYE', { ...via, ...differs }));
    await far.next(481);
    far.raw(inside(invite, far, 'BYE', via));
    await far.next(200);
    await until('ended', () => told().at(-1) === 'far-ended');
    far.raw(inside(invite, far, 'BYE', via));
    await far.next(200);
  });

  test('and its answer has what it came with, byte for byte', async () => {
    const { far, invite } = await talking();
    const from = '"Gef\xe4ngnis, Nord" <tel:+12025550123;x="\xff">;tag=far';
    far.raw(inside(invite, far, 'BYE', { From: from }));
    expect(header(await far.next(200), 'from')).toBe(from);
  });

  test.each([
    ['had no To', '', 100],
    ['had no To, and the ringing had', '', 183],
    ['had a To that cannot be read', 'To: ???\r\n', 100],
    ['had a To without a tag', 'To: <sip:far@127.0.0.1>\r\n', 100],
  ])('though the answer %s', async (_what, to, before) => {
    const { far, invite, told } = await dialled();
    far.answer(invite, before);
    const headers = [
      ['contact', far.contact],
      ['content-type', 'application/sdp'],
    ] as const;
    const answer = writeReply(invite, { status: 200, reason: 'OK', toTag: 'far', body: ANSWER, headers });
    far.raw(answer.replace(/^to:.*\r\n/im, to));
    await far.next('ACK');
    await until('answered', () => told().at(-1) === 'answered');
    far.raw(inside(invite, far, 'BYE', {}));
    expect((await far.next(200)).method).toBe('BYE');
    await until('ended', () => told().at(-1) === 'far-ended');
  });

  test('but not where its tags are those of another', async () => {
    const { far, invite, told } = await talking();
    far.raw(inside(invite, far, 'BYE', { From: '<sip:far@127.0.0.1>;tag=other' }));
    await far.next(481);
    expect(told()).not.toContain('far-ended');
  });
});

/** Values of Contact that a grammar may stumble over, and the Request-URI of the ACK that is right. */
const CONTACTS = (port: number) =>
  [
    ['a number sign', `<sip:*67#1@127.0.0.1:${port}>`, `sip:*67#1@127.0.0.1:${port}`],
    ['a parameter in quotes', `<sip:a@127.0.0.1:${port};x="y z">`, null],
    ['a quoted parameter behind', `<sip:a@127.0.0.1:${port}>;text="a;b,<c>"`, `sip:a@127.0.0.1:${port}`],
    ['a display name in Latin-1', `"Jos\xe9" <sip:a@127.0.0.1:${port}>`, `sip:a@127.0.0.1:${port}`],
    ['a display name without quotes', `Doe, John <sip:a@127.0.0.1:${port}>`, null],
    ['a host that has an underscore', '<sip:a@gw_1>', 'sip:a@gw_1'],
    ['an escape', `<sip:%61%20b@127.0.0.1:${port};Foo=Bar>`, `sip:%61%20b@127.0.0.1:${port};Foo=Bar`],
    ['no bracket at its end', `<sip:a@127.0.0.1:${port}`, `sip:a@127.0.0.1:${port}`],
    ['a tel URI', '<tel:+12025550123>', 'tel:+12025550123'],
    ['an asterisk', '*', null],
    ['nothing', '', null],
  ] as const;

describe('a final response to our INVITE is acknowledged', () => {
  test('a refusal that comes when the call was answered, and the call goes on', async () => {
    const { far, invite, told, account } = await dialled();
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    await until('answered', () => told().at(-1) === 'answered');
    for (let n = 0; n < 2; n++) {
      far.reply(invite, 503, { toTag: 'other' });
      const ack = await far.next('ACK');
      expect(ack).toMatchObject({ branch: invite.branch, uri: invite.uri, cseq: invite.cseq, toTag: 'other' });
    }
    expect(told().at(-1)).toBe('answered');
    account.hangUp('one');
    await far.next('BYE');
  });

  for (const [what, contactOf] of CONTACTS(0).map(
    ([name], i) => [name, (port: number) => CONTACTS(port)[i]] as const,
  )) {
    test(`200 with ${what} in Contact: the call is made, and ended by BYE`, async () => {
      const { far, invite, told, account } = await dialled();
      const [, contact = '', uri = null] = contactOf(far.port) ?? [];
      far.reply(invite, 200, {
        body: ANSWER,
        headers: [
          ['contact', contact],
          ['content-type', 'application/sdp'],
        ],
      });
      const ack = await far.next('ACK');
      if (uri !== null) expect(ack.uri).toBe(uri);
      await until('answered', () => told().at(-1) === 'answered');
      account.hangUp('one');
      await far.next('BYE');
    });
  }

  test.each([
    ['no Contact', []],
    ['a Record-Route that cannot be read', [['record-route', '<sip:\xff\xfe>, ???']]],
    ['a Record-Route whose name nobody knows', [['record-route', '<sip:gw_1;lr>']]],
    ['a Server in Latin-1', [['server', 'Fernsprecher f\xfcr Gef\xe4ngnisse']]],
    [
      'To, From and CSeq as nobody writes them',
      [
        ['from', '??'],
        ['cseq', '99 INVITE'],
        ['call-id', 'another'],
      ],
    ],
    [
      'an Expires of nobody',
      [
        ['session-expires', 'often'],
        ['require', 'tim\xe9r'],
        ['supported', ', ,'],
      ],
    ],
    ['a disposition of nobody', [['content-disposition', 'handling="r']]],
  ] as [string, [string, string][]][])('200 with %s', async (_what, headers) => {
    const { far, invite, told, account } = await dialled();
    const replaced = new Set(headers.map(([name]) => name));
    const kept = invite.headers.filter(([name]) => !replaced.has(name));
    far.reply({ ...invite, headers: kept }, 200, {
      body: ANSWER,
      headers: [...headers, ['content-type', 'application/sdp']],
    });
    await far.next('ACK');
    await until('answered', () => told().at(-1) === 'answered');
    account.hangUp('one');
    await far.next('BYE');
  });

  test.each([
    ['is of a method that is none', '2 IVITE'],
    ['is of another', '2 BYE'],
    ['is of none', '2'],
    ['is empty', ''],
  ])('486 whose CSeq %s: our branch names what it answers', async (_what, cseq) => {
    const { far, invite, told } = await dialled();
    const kept = invite.headers.filter(([name]) => name !== 'cseq');
    far.reply({ ...invite, headers: kept }, 486, { headers: [['cseq', cseq]] });
    await far.next('ACK');
    await until('failed', () => told().at(-1) === 'dial-failed');
  });

  test('200 without a tag (RFC 2543), and its BYE', async () => {
    const { far, invite, told } = await dialled();
    const text = `SIP/2.0 200 OK\r\nVia: ${header(invite, 'via')}\r\nFrom: ${header(invite, 'from')}\r\nTo: ${header(invite, 'to')}\r\nCall-ID: ${invite.callId}\r\nCSeq: ${invite.cseq} INVITE\r\nContact: ${far.contact}\r\nContent-Type: application/sdp\r\n\r\n${ANSWER}`;
    far.raw(text);
    expect((await far.next('ACK')).toTag).toBeNull();
    await until('answered', () => told().at(-1) === 'answered');
    far.raw(inside(invite, far, 'BYE', { From: header(invite, 'to') ?? '' }));
    await until('ended', () => told().at(-1) === 'far-ended');
  });

  test('200 with a tag that is no token', async () => {
    const { far, invite, told, account } = await dialled();
    far.answer(invite, 200, ANSWER, '"a/b"');
    expect(header(await far.next('ACK'), 'to')).toContain(';tag="a/b"');
    await until('answered', () => told().at(-1) === 'answered');
    account.hangUp('one');
    expect(header(await far.next('BYE'), 'to')).toContain(';tag="a/b"');
  });

  test.each([
    [302, 'unreachable', [['contact', '<sip:*67#1@gw_1>;q="x']]],
    [302, 'unreachable', [['contact', 'Jos\xe9 <sip:+12025550199@127.0.0.1>']]],
    [302, 'unreachable', []],
    [
      486,
      'busy',
      [
        ['contact', '<sip:a#b@c>'],
        ['warning', '399 gw_1 "\xff"'],
      ],
    ],
    [
      486,
      'busy',
      [
        ['content-type', '?'],
        ['server', '\xe9'],
      ],
    ],
    [401, 'rejected', [['www-authenticate', 'Digest realm="\xff", nonce="n']]],
    [503, 'network', [['retry-after', 'soon (\xe9']]],
  ] as [number, string, [string, string][]][])('%i (%s) with %o', async (status, failure, headers) => {
    const { far, invite, events, told } = await dialled();
    far.reply(invite, status, { headers });
    const ack = await far.next('ACK');
    expect(ack.toTag).toBe('far');
    await until('failed', () => told().at(-1) === 'dial-failed');
    expect(events.at(-1)).toMatchObject({ failure });
  });

  test.each(['Besetzt \xfc', '', '\0', '<busy> | 100%'])('486 with the reason %j', async (reason) => {
    const { far, invite, told } = await dialled();
    far.reply(invite, 486, { reason });
    await far.next('ACK');
    await until('failed', () => told().at(-1) === 'dial-failed');
  });

  test('486 that is cut off behind our Via', async () => {
    const { far, invite, told } = await dialled();
    far.raw(`SIP/2.0 486 Busy Here\r\nVia: ${header(invite, 'via')}\r\nFr`);
    await far.next('ACK');
    await until('failed', () => told().at(-1) === 'dial-failed');
  });

  test('200 with a Content-Length that is none', async () => {
    const { far, invite, told } = await dialled();
    const via = header(invite, 'via');
    far.raw(
      `SIP/2.0 200 OK\r\nVia: ${via}\r\nFrom: ${header(invite, 'from')}\r\nTo: ${header(invite, 'to')};tag=far\r\nCall-ID: ${invite.callId}\r\nCSeq: ${invite.cseq} INVITE\r\nContact: ${far.contact}\r\nContent-Type: application/sdp\r\nContent-Length: x\r\n\r\n${ANSWER}`,
    );
    await far.next('ACK');
    await until('answered', () => told().at(-1) === 'answered');
  });

  test('200 whose SDP has bytes above 127: none of them is cut off its end', async () => {
    const { far, invite, media } = await dialled();
    const body = `${ANSWER.replace('s=-', `s=${'\xe9'.repeat(40)}`).replace('a=sendrecv\r\n', '')}a=sendonly\r\n`;
    far.answer(invite, 200, Buffer.from(body, 'latin1').toString('latin1'));
    await far.next('ACK');
    await until('connected', () => media.connected.length === 1);
    expect(media.connected[0]?.direction).toBe('sendonly');
  });
});

test('a BYE with a tag of ours that was broken on its way is answered 481', async () => {
  const { far, invite, told } = await talking();
  far.raw(inside(invite, far, 'BYE', { To: `${header(invite, 'from')}\xff(` }));
  await far.next(481);
  expect(told()).toEqual(['answered']);
});

test('a BYE of a leg whose 200 was lost ends the call, though nothing told of that leg before', async () => {
  const { far, invite, told, media } = await dialled();
  far.reply(invite, 100);
  far.raw(inside(invite, far, 'BYE', {}));
  await far.next(200);
  await until('failed', () => told().at(-1) === 'dial-failed');
  expect(media.open_.size).toBe(0);
});

test('a re-INVITE without a Contact changes the media, and the BYE goes where it did', async () => {
  const { far, invite, told, account } = await talking();
  const text = inside(invite, far, 'INVITE', { 'Content-Type': 'application/sdp' }).toString('latin1');
  far.raw(text + ANSWER.replace('sendrecv', 'sendonly'));
  await far.next(200);
  far.raw(inside(invite, far, 'ACK', { CSeq: '7 ACK' }));
  await until('held', () => told().at(-1) === 'hold');
  account.hangUp('one');
  expect((await far.next('BYE')).uri).toBe(`sip:far@127.0.0.1:${far.port}`);
});
