import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Framing } from '../../../../src/terminal/telephony/sip/link/framing.ts';

/** Any text that may stand in a header. */
const word = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' '));
const spelling = fc.constantFrom('Content-Length: ', 'content-length:', 'CONTENT-LENGTH :\t', 'l:', 'L : ', 'l:\r\n ');

const message = fc
  .record({
    name: word,
    value: word,
    body: fc.string({ unit: 'grapheme', maxLength: 200 }),
    spelling,
    last: fc.boolean(),
  })
  .map(({ name, value, body, spelling, last }) => {
    const length = `${spelling}${Buffer.byteLength(body)}`;
    const other = `X-${name.replaceAll(':', '')}: ${value}`;
    const lines = last ? [other, length] : [length, other];
    return ['INVITE sip:a@b SIP/2.0', ...lines, '', body].join('\r\n');
  });
const between = fc.constantFrom('', '', '\r\n', '\r\n\r\n', '\r\n\r\n\r\n');
const stream = fc.array(fc.record({ message, between }), { maxLength: 6 });

/** As a link gives it: a byte is a character. */
const byCharacter = (text: string) => Buffer.from(text).toString('latin1');

/** Cuts bytes at these places, each a part of the whole. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...at].map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i]));
}

function framed(chunks: readonly Buffer[]) {
  const framing = new Framing();
  const messages: string[] = [];
  for (const chunk of chunks) {
    const { messages: some, fault } = framing.push(chunk);
    messages.push(...some);
    if (fault) return { messages, fault: fault.message };
  }
  return { messages, fault: null };
}

describe('a stream', () => {
  test('gives the same messages however it is cut', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (sent, at) => {
        const bytes = Buffer.from(sent.map((one) => one.between + one.message).join(''));
        expect(framed(cut(bytes, at))).toEqual({ messages: sent.map((one) => byCharacter(one.message)), fault: null });
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same byte by byte', () => {
    fc.assert(
      fc.property(stream, (sent) => {
        const bytes = Buffer.from(sent.map((one) => one.between + one.message).join(''));
        const one = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
        expect(framed(one).messages).toEqual(sent.map(({ message }) => byCharacter(message)));
      }),
      { numRuns: 50 },
    );
  });

  test('of any bytes is followed to the same end however it is cut', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(stream, fc.uint8Array({ maxLength: 100 }))
        .map(([sent, noise]) => Buffer.concat([Buffer.from(sent.map((one) => one.message).join('')), noise])),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (some, at) => {
        expect(framed(cut(Buffer.from(some), at))).toEqual(framed([Buffer.from(some)]));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['no length', 'A: b\r\n\r\n', 'no Content-Length'],
    ['two lengths that differ', 'Content-Length: 1\r\nl: 2\r\n\r\n', 'several content-length headers'],
    ['a length below nothing', 'Content-Length: -1\r\n\r\n', 'not a number'],
    ['a length that is none', 'Content-Length: 1e3\r\n\r\n', 'not a number'],
    ['a length without end', `Content-Length: ${'9'.repeat(400)}\r\n\r\n`, 'not a number'],
    ['a length beyond all measure', 'Content-Length: 999999\r\n\r\n', 'a message of more than 65536 bytes'],
    ['headers without end', `A: ${'b'.repeat(20_000)}`, 'headers of more than 16384 bytes'],
    ['headers that end too late', `A: ${'b'.repeat(20_000)}\r\nl: 0\r\n\r\n`, 'headers of more than 16384 bytes'],
  ])('with %s is given up, after what came before', (_what, headers, why) => {
    const good = 'OPTIONS sip:a@b SIP/2.0\r\nl: 2\r\n\r\nok';
    const { messages, fault } = framed([Buffer.from(`${good}OPTIONS sip:a@b SIP/2.0\r\n${headers}`)]);
    expect(messages).toEqual([good]);
    expect(fault).toContain(why);
  });

  test('takes a message as long as it may be, and the next', () => {
    const head = 'OPTIONS sip:a@b SIP/2.0\r\nl: 65496\r\n\r\n';
    const longest = head + 'x'.repeat(65_496);
    expect(longest).toHaveLength(65_536 - (40 - head.length));
    expect(framed([Buffer.from(longest + longest)]).messages).toEqual([longest, longest]);
  });

  test('says that line ends came between messages', () => {
    const framing = new Framing();
    expect(framing.push(Buffer.from('\r\n')).alive).toBe(true);
    expect(framing.push(Buffer.from('OPTIONS sip:a@b SIP/2.0\r\n')).alive).toBe(false);
    expect(framing.push(Buffer.from('l: 0\r\n\r\n'))).toMatchObject({ alive: false, messages: [expect.any(String)] });
  });
});
