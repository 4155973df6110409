import { mulaw } from 'alawmulaw';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MediaEvent } from '../../../../src/terminal/audio/port.ts';
import { DigitReceiver } from '../../../../src/terminal/telephony/media/digit-receiver.ts';
import { DIGITS } from '../../../../src/terminal/telephony/media/digits.ts';
import { parseRtp } from '../../../../src/terminal/telephony/media/rtp.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { dtmf } from '../../audio/dtmf.ts';
import { event, Peer, packet } from './peer.ts';
import { peak, play, remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

const told = (terminal: { told: MediaEvent[] }) =>
  terminal.told.flatMap((event) => (event.type === 'far-digit' ? [`${event.digit} ${event.source}`] : []));

test('all keys of a phone go both ways as RFC 4733, in order and once, also over stalls', async () => {
  const { a, b } = await world.pair();
  await world.step(2);
  for (const digit of DIGITS) {
    a.do({ type: 'digit', call: 'a', digit });
    b.do({ type: 'digit', call: 'b', digit });
  }
  a.do({ type: 'digit', call: 'a', digit: 'x' }, { type: 'digit', call: 'none', digit: '1' });
  for (let n = 0; n < 30; n++) {
    await world.step(4);
    await world.stall(n % 9);
  }
  await world.step(80);
  const all = [...DIGITS].map((digit) => `${digit} rfc4733`);
  expect(told(a)).toEqual(all);
  expect(told(b)).toEqual(all);
});

test('a digit is an event of 100 ms: one timestamp, growing, its end three times, no sound until it is over', async () => {
  const terminal = world.add();
  const peer = await Peer.bind();
  await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port) });
  await world.step(4);
  terminal.do({ type: 'digit', call: 'c', digit: '5' });
  await world.step(20);
  const from = peer.received.findIndex((p) => p.header.payloadType === 101);
  const events = peer.received.filter((p) => p.header.payloadType === 101);
  expect(peer.received.slice(from, from + 5)).toEqual(events.slice(0, 5));
  expect(events.every((p) => p.payload[0] === 5)).toBe(true);
  expect(new Set(events.map((p) => p.header.timestamp)).size).toBe(1);
  expect(events.map((p) => p.payload.readUInt16BE(2))).toEqual([160, 320, 480, 640, 800, 800, 800]);
  expect(events.map((p) => (p.payload[1] as number) >> 7)).toEqual([0, 0, 0, 0, 1, 1, 1]);
  expect(events.map((p) => p.header.marker)).toEqual([true, false, false, false, false, false, false]);
  const before = peer.received[from - 1]?.header;
  const after = peer.received.slice(from).find((p) => p.header.payloadType !== 101)?.header;
  expect(((events[0]?.header.timestamp ?? 0) - (before?.timestamp ?? 0)) >>> 0).toBe(160);
  expect(((after?.timestamp ?? 0) - (events[0]?.header.timestamp ?? 0)) >>> 0).toBe(5 * 160);
  expect(after?.marker).toBe(true);
  const sequence = peer.received.map((p) => p.header.sequenceNumber);
  expect(sequence.slice(1).every((s, n) => s === (((sequence[n] as number) + 1) & 0xffff))).toBe(true);
  peer.close();
});

test('a far end that takes no events is sent the tones of each key in their place, 100 ms with 60 between at least', async () => {
  const { a, b } = await world.pair({ digits: null });
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  a.speak = toneFrames(400, -20);
  await world.step(5);
  for (const digit of DIGITS) a.do({ type: 'digit', call: 'a', digit });
  await world.step(12 * 12 + 10);
  expect(told(b)).toEqual([...DIGITS].map((digit) => `${digit} in-band`));
  const levels = Array.from({ length: b.heard.length }, (_, n) => levelAt(b.heard[n] ?? [], 400));
  // Our voice is not in the tones, and is there between them and after.
  const { length } = levels.filter((level) => level > -22);
  expect(length).toBeGreaterThan(5 * 12 + 5);
  expect(length).toBeLessThan(b.heard.length - 4 * 12);
});

test('presses heard as tones are told while the bridge is shut', async () => {
  const { a, b } = await world.pair();
  b.do({ type: 'bridge', call: 'b', on: true });
  const keys = '1590*#2';
  b.speak = play(
    dtmf(
      [...keys].map((key) => ({ key, on: 50, off: 50 })),
      16_000,
      400,
    ),
  );
  await world.step(100);
  expect(told(a)).toEqual([...keys].map((key) => `${key} in-band`));
  expect(a.heard.every((frame) => peak(frame) === 0)).toBe(true);
});

test('a lost packet in the middle of a tone does not make two presses of it', async () => {
  const terminal = world.add();
  const peer = await Peer.bind();
  const port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port) });
  const line = mulaw.encode(dtmf([{ key: '6', on: 400, off: 200 }], 8_000, 100));
  for (let n = 0; n < line.length / 160; n++) {
    const payload = line.subarray(160 * n, 160 * n + 160);
    if (n % 5 !== 4) await peer.rtp({ sequenceNumber: n, timestamp: 160 * n }, payload, port);
    await world.step(1);
  }
  await world.step(10);
  expect(told(terminal)).toEqual(['6 in-band']);
  expect(terminal.engine.stats('c').concealed).toBeGreaterThan(4);
  peer.close();
});

test('a press that comes as event and as tone is told once, and the same key twice is two presses', async () => {
  const { a, b } = await world.pair();
  b.do({ type: 'bridge', call: 'b', on: true });
  for (const twice of [1, 2]) {
    b.do({ type: 'digit', call: 'b', digit: '1' });
    await world.step(7);
    // Where an event is sent there is no sound, so the tone that goes with it comes right after.
    b.speak = play(dtmf([{ key: '1', on: 80, off: 0 }], 16_000));
    await world.step(20);
    expect(told(a)).toEqual(Array.from({ length: twice }, () => '1 rfc4733'));
  }
  b.speak = play(dtmf([{ key: '1', on: 80, off: 0 }], 16_000));
  await world.step(20);
  expect(told(a)).toEqual(['1 rfc4733', '1 rfc4733', '1 in-band']);
});

test('each press is told once under loss, doubling and reordering, as long as one of its packets comes', () => {
  const press = fc.record({
    code: fc.integer({ min: 0, max: 11 }),
    // Of each of eight packets: how many copies come, and by how many places it comes late.
    packets: fc
      .array(fc.record({ copies: fc.integer({ min: 0, max: 3 }), late: fc.integer({ min: 0, max: 6 }) }), {
        minLength: 8,
        maxLength: 8,
      })
      .filter((packets) => packets.some(({ copies }) => copies > 0)),
  });
  fc.assert(
    fc.property(
      fc.array(press, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (presses, start) => {
        const stream = presses.flatMap(({ code, packets }, p) =>
          packets.flatMap(({ copies, late }, n) =>
            Array.from({ length: copies }, () => ({
              at: 10 * p + n + late,
              press: p,
              data: packet(
                {
                  payloadType: 101,
                  marker: n === 0,
                  sequenceNumber: (10 * p + n) & 0xffff,
                  timestamp: (start + p * 1_600) >>> 0,
                },
                event(code, n >= 5, Math.min(n + 1, 6) * 160),
              ),
            })),
          ),
        );
        stream.sort((x, y) => x.at - y.at);
        const receiver = new DigitReceiver();
        const told = stream.flatMap(({ data, press }) => {
          const parsed = parseRtp(data);
          if (typeof parsed === 'string') throw new Error(parsed);
          const digit = receiver.receive(parsed);
          return digit === null ? [] : [{ digit, press }];
        });
        const inOrder = told.sort((x, y) => x.press - y.press).map(({ digit }) => digit);
        expect(inOrder).toEqual(presses.map(({ code }) => DIGITS[code]));
      },
    ),
    { numRuns: 500 },
  );
});

test('a press longer than one event can be goes on in the next and is one press', () => {
  const receiver = new DigitReceiver();
  const receive = (timestamp: number, marker: boolean, end: boolean, duration: number) => {
    const parsed = parseRtp(packet({ payloadType: 101, marker, timestamp }, event(7, end, duration)));
    return typeof parsed === 'string' ? parsed : receiver.receive(parsed);
  };
  expect(receive(1_000, true, false, 160)).toBe('7');
  expect(receive(1_000, false, false, 0xffff)).toBeNull();
  expect(receive(1_000 + 0xffff, false, false, 160)).toBeNull();
  expect(receive(1_000 + 0xffff, false, true, 480)).toBeNull();
  expect(receive(1_000 + 0xffff + 1_600, true, false, 160)).toBe('7');
});

// All packets of a press carry the time it began at (RFC 4733 section 2.5.1.2): that they come later and later is no jitter.
test('a press, however long, makes what is said after it no later', async () => {
  const { a, b } = await world.pair();
  a.speak = toneFrames(700, -12);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  await world.step(100);
  const before = b.engine.stats('b').delay;
  for (const digit of '159') a.do({ type: 'digit', call: 'a', digit });
  await world.step(60);
  expect(b.all('far-digit').map(({ digit }) => digit)).toEqual(['1', '5', '9']);
  expect(b.engine.stats('b').delay).toBeLessThan(before + 10);
  expect(b.engine.stats('b').resyncs).toBe(0);
});
