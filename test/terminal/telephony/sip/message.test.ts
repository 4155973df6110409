import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  header,
  Malformed,
  readMessage,
  withVia,
  writeMessage,
} from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';

const INVITE = [
  'INVITE sip:a@b.example SIP/2.0',
  'v: SIP/2.0/UDP one.example:5070;branch=z9hG4bKx;rport, SIP/2.0/TCP [::1];branch=z9hG4bKy',
  'f: "A, B" <sip:a@b.example;tag=not>;tag=yes',
  'To: <sip:c@d.example>',
  'i: 1@b',
  'CSeq: 7 INVITE',
  'Subject: folded',
  '  once',
  'Content-Length: 4',
  '',
  'bodyand more',
].join('\r\n');

describe('a SIP message', () => {
  test('is read in compact form, with folded lines and several hops', () => {
    const message = readMessage(INVITE);
    expect(message).toMatchObject({
      method: 'INVITE',
      status: null,
      uri: 'sip:a@b.example',
      branch: 'z9hG4bKx',
      callId: '1@b',
      cseq: 7,
      fromTag: 'yes',
      toTag: null,
      body: 'body',
      via: { protocol: 'UDP', host: 'one.example', port: 5070 },
    });
    expect(header(message, 'subject')).toBe('folded once');
    expect(message.headers.filter(([name]) => name === 'via')).toHaveLength(2);
  });

  test('is the same when written and read again', () => {
    const once = readMessage(INVITE);
    const again = readMessage(writeMessage(once));
    expect({ ...again, headers: [] }).toEqual({ ...once, headers: [] });
    expect(writeMessage(once)).toContain('\r\nCall-ID: 1@b\r\nCSeq: 7 INVITE\r\n');
  });

  test('changes its topmost Via only', () => {
    const message = readMessage(INVITE);
    const params = new Map(message.via.params).set('received', '192.0.2.1').set('rport', '9');
    const changed = readMessage(writeMessage(withVia(message, { ...message.via, params })));
    expect(changed.headers.filter(([name]) => name === 'via').map(([, value]) => value)).toEqual([
      'SIP/2.0/UDP one.example:5070;branch=z9hG4bKx;rport=9;received=192.0.2.1',
      'SIP/2.0/TCP [::1];branch=z9hG4bKy',
    ]);
  });

  test('is replied to with what a reply must copy', () => {
    const reply = readMessage(writeReply(readMessage(INVITE), { status: 486, reason: 'Busy Here' }));
    expect(reply).toMatchObject({ status: 486, method: 'INVITE', callId: '1@b', cseq: 7, fromTag: 'yes' });
    expect(reply.toTag).toMatch(/^[0-9a-f]{12}$/);
    expect(reply.headers.filter(([name]) => name === 'via')).toHaveLength(2);
  });

  test.each([
    ['v: nonsense', 'Via'],
    ['CSeq: one INVITE', 'CSeq'],
    ['CSeq: 1 BYE', 'another method'],
    ['Content-Length: 40', 'shorter'],
    ['Content-Length: many', 'Content-Length'],
  ])('with %s is malformed, and it is said why', (line, why) => {
    const name = line.split(':')[0];
    const text = INVITE.replace(new RegExp(`^${name}:.*$`, 'm'), line);
    expect(() => readMessage(text)).toThrow(why);
  });

  test('of any bytes is read or malformed, and nothing else', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        'Via: SIP/2.0/UDP a;branch=',
        'CSeq: 1 BYE',
        'SIP/2.0 200 OK',
        ';tag=',
        ':',
        ' ',
      ),
      fc.constantFrom(...INVITE.split('\r\n')),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          readMessage(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
