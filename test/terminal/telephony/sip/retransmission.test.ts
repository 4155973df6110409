import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Message, readMessage } from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';
import { Retransmission, TIMING } from '../../../../src/terminal/telephony/sip/wire/retransmission.ts';

const TO = { address: '127.0.0.1', port: 5_060 };

function request(method: string, branch = 'z9hG4bK1'): Message {
  return readMessage(
    [
      `${method} sip:a@b SIP/2.0`,
      `Via: SIP/2.0/UDP a;branch=${branch}`,
      'From: <sip:a@b>;tag=1',
      'To: <sip:a@b>',
      'Call-ID: 1',
      `CSeq: 1 ${method}`,
      '\r\n',
    ].join('\r\n'),
  );
}

const reply = (to: Message, status: number) => readMessage(writeReply(to, { status, reason: 'x', toTag: 't' }));

function setup(reliable = false) {
  const start = performance.now();
  const sent: { text: string; at: number }[] = [];
  const it = new Retransmission((text) => sent.push({ text, at: performance.now() - start }), TIMING, reliable);
  return { it, sent, times: () => sent.map(({ at }) => at) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('by the clock of RFC 3261', () => {
  test('an INVITE is sent seven times in all (timer A)', () => {
    const { it, times } = setup();
    it.sent(request('INVITE'), 'invite', TO);
    vi.advanceTimersByTime(60_000);
    expect(times()).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    it.close();
  });

  test('any other request is sent eleven times in all (timer E)', () => {
    const { it, times } = setup();
    it.sent(request('REGISTER'), 'register', TO);
    vi.advanceTimersByTime(60_000);
    expect(times()).toEqual([500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]);
    it.close();
  });

  test('a provisional answer slows a request down, and a final one ends it', () => {
    const { it, times } = setup();
    it.sent(request('BYE'), 'bye', TO);
    it.received(reply(request('BYE'), 100), TO);
    vi.advanceTimersByTime(9_000);
    expect(times()).toEqual([500, 4_500, 8_500]);
    it.received(reply(request('BYE'), 200), TO);
    vi.advanceTimersByTime(60_000);
    expect(times()).toHaveLength(3);
    it.close();
  });

  test('a refusal of an INVITE is repeated until its ACK (timer G)', () => {
    const { it, times } = setup();
    const invite = request('INVITE');
    expect(it.received(invite, TO)).toBe(true);
    it.sent(reply(invite, 403), '403', TO);
    vi.advanceTimersByTime(4_000);
    expect(times()).toEqual([500, 1_500, 3_500]);
    it.received(request('ACK'), TO);
    vi.advanceTimersByTime(60_000);
    expect(times()).toHaveLength(3);
    it.close();
  });

  test.each([
    ['answered', reply(request('INVITE'), 200)],
    ['cancelled', null],
  ])('an INVITE that is %s is forgotten in 64 T1, though it rings once more', (_what, final) => {
    const { it } = setup();
    const invite = request('INVITE');
    it.sent(invite, 'invite', TO);
    it.received(reply(invite, 180), TO);
    if (final) it.received(final, TO);
    else it.sent(request('CANCEL'), 'cancel', TO);
    it.received(reply(invite, 180), TO);
    vi.advanceTimersByTime(31_000);
    expect(it.written(reply(invite, 200))).toBeDefined();
    vi.advanceTimersByTime(2_000);
    expect(it.written(reply(invite, 200))).toBeUndefined();
    it.close();
  });

  test('a phone that rings for minutes is still expected to answer', () => {
    const { it } = setup();
    const invite = request('INVITE');
    it.sent(invite, 'invite', TO);
    it.received(reply(invite, 180), TO);
    vi.advanceTimersByTime(180_000);
    expect(it.written(reply(invite, 200))?.request).toBe(invite);
    it.close();
  });
});

describe('what comes twice', () => {
  test('is answered as it was, and passed on once', () => {
    const { it, sent } = setup();
    const bye = request('BYE');
    expect(it.received(bye, TO)).toBe(true);
    expect(it.received(bye, TO)).toBe(false);
    expect(sent).toEqual([]);
    it.sent(reply(bye, 200), '200', TO);
    expect(it.received(bye, TO)).toBe(false);
    expect(sent.map(({ text }) => text)).toEqual(['200']);
    it.close();
  });

  test('as a refusal of our INVITE is acknowledged again, and passed on once', () => {
    const { it, sent } = setup();
    const invite = request('INVITE');
    it.sent(invite, 'invite', TO);
    expect(it.received(reply(invite, 486), TO)).toBe(true);
    it.sent(request('ACK'), 'ack', TO);
    expect(it.received(reply(invite, 486), TO)).toBe(false);
    expect(sent.map(({ text }) => text)).toEqual(['ack']);
    it.close();
  });
});

test('a CANCEL goes where its INVITE went', () => {
  const { it } = setup();
  it.sent(request('INVITE'), 'invite', TO);
  expect(it.target('z9hG4bK1')).toEqual(TO);
  expect(it.target('z9hG4bK2')).toBeUndefined();
  it.close();
});

test('on a reliable transport nothing is repeated', () => {
  const { it, sent } = setup(true);
  it.sent(request('INVITE'), 'invite', TO);
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
  it.close();
});

test('a flood of strangers is not remembered without bound, and nothing runs on after the end', () => {
  const { it } = setup();
  for (let i = 0; i < 5_000; i += 1) it.received(request('OPTIONS', `z9hG4bK${i}`), TO);
  expect(vi.getTimerCount()).toBeLessThanOrEqual(512);
  it.close();
  expect(vi.getTimerCount()).toBe(0);
});
