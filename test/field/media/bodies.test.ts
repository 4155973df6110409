import { afterEach, describe, expect, test } from 'vitest';
import type { Names } from '../../../src/terminal/telephony/sip/names/names.ts';
import { header, type Message } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../src/terminal/telephony/sip/wire/reply.ts';
import { openTestAccount, until } from '../../terminal/telephony/sip/fakes.ts';
import { ANSWER, FarEnd, sdp } from '../../terminal/telephony/sip/far-end.ts';
import { FarStream } from '../../terminal/telephony/sip/far-stream.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** What this names stand for: a list of addresses, or nobody answers. */
function namesOf(known: Record<string, string[] | null>): Names {
  return {
    naptr: async () => [],
    srv: async () => [],
    addresses: async (host, family) => {
      const found = known[host] ?? [];
      if (known[host] === null) await new Promise(() => undefined);
      return found
        .filter((address) => address.includes(':') === (family === 6))
        .map((address) => ({ address, ttl: 300 }));
    },
  };
}

/** A call that has rung. */
async function dialled({ transport = 'udp', names }: { transport?: 'udp' | 'tcp'; names?: Names } = {}) {
  const stream = transport === 'tcp' ? await FarStream.open() : null;
  const far = stream ? stream.far : await FarEnd.open();
  closers.push(() => far.close());
  const opened = await openTestAccount(far.port, { transport }, { timing: { t1: 100, t2: 400 }, farewell: 200 }, names);
  closers.push(() => opened.account.close());
  if (stream) await until('a connection', () => opened.events.some((e) => e.type === 'trunk' && e.state === 'up'));
  opened.account.dial('one', '+12025550123', { privileged: false });
  return { far, ...opened, invite: await far.next('INVITE') };
}

const SDP = 'application/sdp';

/** A 200 with a body of that type, each character of it a byte. */
function answer(far: FarEnd, invite: Message, type: string | null, body: string, more: [string, string][] = []): void {
  const headers: [string, string][] = [['contact', far.contact], ...more];
  if (type !== null) headers.push(['content-type', type]);
  const text = writeReply(invite, { status: 200, reason: 'OK', toTag: 'far', headers, body });
  far.raw(Buffer.from(text.replace(/^Content-Length: \d+/m, `Content-Length: ${body.length}`), 'latin1'));
}

const part = (headers: string[], body: string) => ['--uniq', ...headers, '', body].join('\r\n');
const ISUP = part(['Content-Type: application/ISUP;version=itu-t92+'], '\x01\x11\xff\xfe\x00\xe9\x80--uni\r\n-\xc3');
const several = (...parts: string[]) => `${parts.join('\r\n')}\r\n--uniq--\r\n`;
const sdpPart = (text = ANSWER, more: string[] = []) => part([`content-type: ${SDP}`, ...more], text);
const EARLY = sdp({ port: 60_000 });

describe.each(['udp', 'tcp'] as const)('an answer over %s', (transport) => {
  // Asterisk, Cisco and SIP-T gateways: types in any case, with parameters, and bodies in several parts.
  test.each([
    ['a type with a parameter', 'application/sdp;charset=utf-8', ANSWER],
    ['a type in another case', 'Application/SDP', ANSWER],
    ['a type with a space', 'application/sdp ; charset="UTF-8"', ANSWER],
    ['no type at all', null, ANSWER],
    ['two parts', 'multipart/mixed;boundary=uniq', several(sdpPart(), ISUP)],
    ['two parts, the other first, with bytes above 127', 'multipart/mixed; boundary="uniq"', several(ISUP, sdpPart())],
    ['a type of several in another case', 'Multipart/MIXED; Boundary=uniq', several(ISUP, sdpPart())],
    [
      'parts within a part',
      'multipart/mixed;boundary=o',
      `--o\r\nContent-Type: multipart/alternative;boundary=uniq\r\n\r\n${several(ISUP, sdpPart())}\r\n--o--`,
    ],
    [
      'a preamble, and no closing line',
      'multipart/related;boundary=uniq',
      `For old readers.\r\n${ISUP}\r\n${sdpPart()}`,
    ],
    [
      'an SDP for early media before it',
      'multipart/mixed;boundary=uniq',
      several(sdpPart(EARLY, ['Content-Disposition: early-session']), sdpPart()),
    ],
    [
      'a part in base64',
      'multipart/mixed;boundary=uniq',
      several(sdpPart(Buffer.from(ANSWER).toString('base64'), ['Content-Transfer-Encoding: base64'])),
    ],
  ])('with %s is an answer', async (_what, type, body) => {
    const { far, media, told, invite } = await dialled({ transport });
    answer(far, invite, type, body);
    await far.next('ACK');
    await until('an answer', () => told().includes('answered'));
    expect(media.connected).toHaveLength(1);
    expect(media.connected[0]).toMatchObject({ port: 50_000, digits: { payloadType: 101 }, direction: 'sendrecv' });
  });

  test('with a disposition that is the usual one is an answer', async () => {
    const { far, told, invite } = await dialled({ transport });
    answer(far, invite, 'application/sdp; x=y', ANSWER, [['content-disposition', 'Session;handling=required']]);
    await until('an answer', () => told().includes('answered'));
  });

  // The end of an SDP was cut by as many bytes as it had above 127: Content-Length is of bytes.
  test.each(['\xe9\xe8\xfc', 'Müller & Søn \u00c3\u00a9', '\xff\xff\xff\xff'])(
    'with bytes above 127 in it is read to its end',
    async (name) => {
      const { far, media, invite } = await dialled({ transport });
      const text = ANSWER.replace('s=-', `s=${name}`).replace('a=sendrecv', 'a=ptime:20\r\na=sendonly');
      answer(far, invite, SDP, text);
      await far.next('ACK');
      await until('media', () => media.connected.length > 0);
      expect(media.connected[0]).toMatchObject({ direction: 'sendonly' });
    },
  );

  test.each([
    ['of no part that is SDP', 'multipart/mixed;boundary=uniq', several(ISUP)],
    ['without its boundary', 'multipart/mixed', several(sdpPart())],
    ['of another type', 'text/plain', ANSWER],
    [
      'that is meant for early media alone',
      'multipart/mixed;boundary=uniq',
      several(sdpPart(EARLY, ['Content-Disposition: early-session'])),
    ],
  ])('%s is acknowledged, and the call ended', async (_what, type, body) => {
    const { far, media, told, invite } = await dialled({ transport });
    answer(far, invite, type, body);
    await far.next('ACK');
    await far.next('BYE');
    await until('its end', () => told().includes('dial-failed'));
    expect(media.connected).toEqual([]);
  });
});

test('an offer and an UPDATE in several parts are answered, and a preview too', async () => {
  const { far, media, invite } = await dialled();
  const multipart: [string, string][] = [['content-type', 'multipart/mixed;boundary=uniq']];
  far.reply(invite, 183, { toTag: 'far', body: several(sdpPart()), headers: [['contact', far.contact], ...multipart] });
  far.reply(invite, 200, { toTag: 'far', headers: [['contact', far.contact]] });
  await far.next('ACK');
  for (const [method, port] of [
    ['INVITE', 50_002],
    ['UPDATE', 50_004],
  ] as const) {
    far.request(invite, method, port, several(sdpPart(sdp({ port }))), multipart);
    const response = await far.next(200);
    expect(header(response, 'content-type')).toBe(SDP);
    await until('the change', () => media.connected.at(-1)?.port === port);
  }
  expect(media.connected.map(({ port }) => port)).toEqual([50_000, 50_002, 50_004]);
});

// RFC 8866 5.7: some SBCs name their media by host.
describe('a name in c=', () => {
  const named = sdp({ address: 'media.example' });

  test('is looked up, and the call made', async () => {
    const names = namesOf({ 'media.example': ['2001:db8::1', '127.0.0.9'] });
    const { far, media, told, invite } = await dialled({ names });
    far.answer(invite, 200, named);
    await far.next('ACK');
    await until('an answer', () => told().includes('answered'));
    expect(media.connected[0]).toMatchObject({ address: '127.0.0.9', port: 50_000 });
    far.request(invite, 'UPDATE', 5, sdp({ address: 'media.example', port: 50_008 }));
    await far.next(200);
    expect(media.connected[1]).toMatchObject({ address: '127.0.0.9', port: 50_008 });
  });

  test.each([
    ['nobody knows', { 'media.example': [] }],
    ['is of the other IP', { 'media.example': ['2001:db8::1'] }],
    ['no name server tells', { 'media.example': null }],
  ])('that %s: the answer is acknowledged and the call ended', async (_what, known) => {
    const { far, media, told, invite } = await dialled({ names: namesOf(known) });
    far.answer(invite, 200, named);
    await far.next('ACK');
    await far.next('BYE');
    await until('its end', () => told().includes('dial-failed'));
    expect(media.connected).toEqual([]);
  });

  test('of an offer that nobody knows: refused, and the call goes on as it was', async () => {
    const { far, media, invite } = await dialled({ names: namesOf({}) });
    far.answer(invite, 200, ANSWER);
    await far.next('ACK');
    far.request(invite, 'INVITE', 5, named);
    await far.next(488);
    far.request(invite, 'UPDATE', 6, named);
    await far.next(488);
    expect(media.connected).toHaveLength(1);
  });

  test('is waited for by its call alone: hung up meanwhile, nothing is connected', async () => {
    const { far, account, media, told, invite } = await dialled({ names: namesOf({ 'media.example': null }) });
    far.answer(invite, 200, named);
    account.hangUp('one');
    await far.next('BYE');
    expect(media.connected).toEqual([]);
    expect(told()).toEqual([]);
  });
});
