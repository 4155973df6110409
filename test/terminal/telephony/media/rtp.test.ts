import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRtp } from '../../../../src/terminal/telephony/media/rtp.ts';
import type { RemoteMedia } from '../../../../src/terminal/telephony/port.ts';
import { event, Peer, packet } from './peer.ts';
import { remoteAt, Stepped } from './stepped.ts';

test('any bytes are a packet within its bounds, or a line of text', () => {
  const hostile = fc.tuple(fc.uint8Array({ minLength: 0, maxLength: 200 }), fc.boolean()).map(([bytes, version2]) => {
    if (version2 && bytes.length > 0) bytes[0] = ((bytes[0] as number) & 0x3f) | 0x80;
    return bytes;
  });
  fc.assert(
    fc.property(hostile, (bytes) => {
      const parsed = parseRtp(bytes);
      if (typeof parsed === 'string') {
        expect(parsed).toMatch(/^RTP: /);
        return;
      }
      expect(bytes.length).toBeGreaterThanOrEqual(12);
      expect(parsed.payload.byteOffset).toBeGreaterThanOrEqual(12);
      expect(parsed.payload.byteOffset + parsed.payload.length).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 20_000 },
  );
});

test('what another implementation writes is read as it was meant', () => {
  const header = fc.record({
    payloadType: fc.integer({ min: 0, max: 127 }),
    marker: fc.boolean(),
    sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
    timestamp: fc.integer({ min: 0, max: 0xffffffff }),
    ssrc: fc.integer({ min: 0, max: 0xffffffff }),
    csrc: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 15 }),
    padding: fc.constant(true),
    paddingSize: fc.integer({ min: 1, max: 20 }),
    extensions: fc.array(
      fc.record({ id: fc.integer({ min: 1, max: 14 }), payload: fc.constant(Buffer.from([1, 2, 3])) }),
      {
        maxLength: 3,
      },
    ),
  });
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 400 }), (h, payload) => {
      expect(parseRtp(packet({ ...h, csrcLength: h.csrc.length }, payload))).toMatchObject({
        payloadType: h.payloadType,
        marker: h.marker,
        sequence: h.sequenceNumber,
        timestamp: h.timestamp,
        ssrc: h.ssrc,
        payload: Buffer.from(payload),
      });
    }),
  );
});

test('a false length of header extension costs no time', () => {
  const data = Buffer.alloc(16);
  data[0] = 0x90;
  data.writeUInt16BE(0xbede, 12);
  data.writeUInt16BE(0xffff, 14);
  expect(parseRtp(data)).toBe('RTP: header longer than the packet');
});

/** A terminal with a call `c` whose far end is `peer`. */
async function withPeer(mediaTimeout = 30_000) {
  const world = new Stepped();
  const terminal = world.add({ mediaTimeout });
  const peer = await Peer.bind();
  const port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  const connect = (more: Partial<RemoteMedia> = {}) =>
    terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port, more) });
  const close = async () => {
    peer.close();
    await world.close();
  };
  return { world, terminal, peer, port, connect, close };
}

test('hostile datagrams are counted and told once a kind, and the call goes on', async () => {
  const { world, terminal, peer, port, connect, close } = await withPeer();
  connect();
  await peer.rtp({ payloadType: 0, sequenceNumber: 8_999, timestamp: 1, ssrc: 9 }, Buffer.alloc(160), port);
  for (let n = 0; n < 500; n++) {
    const bytes = Buffer.from(Array.from({ length: n % 60 }, (_, i) => (n * 31 + i * 17) & 0xff));
    if (n % 2 && bytes.length > 0) bytes[0] = 0x80 | (n & 0x3f);
    await peer.raw(bytes, port);
    if (n % 20 === 0) await world.step(1);
  }
  await world.step(1);
  const told = terminal.all('malformed').map(({ detail }) => detail);
  expect(told.length).toBeLessThanOrEqual(4);
  expect(told.every((detail) => /^RTC?P: /.test(detail))).toBe(true);
  expect(terminal.engine.stats('c').malformed).toBeGreaterThan(100);
  await peer.rtp({ payloadType: 101, sequenceNumber: 9_000, timestamp: 5, ssrc: 9 }, Buffer.from([1]), port);
  await peer.rtp({ payloadType: 101, sequenceNumber: 9_001, timestamp: 5, ssrc: 9 }, Buffer.from([1]), port);
  await peer.rtp({ payloadType: 97, sequenceNumber: 9_002, timestamp: 5, ssrc: 9 }, Buffer.alloc(20), port);
  await peer.rtp({ payloadType: 0, sequenceNumber: 9_003, timestamp: 5, ssrc: 9 }, Buffer.alloc(0), port);
  await peer.rtp({ payloadType: 101, sequenceNumber: 9_004, timestamp: 900, ssrc: 9 }, event(4, false, 160), port);
  await world.step(100);
  expect(terminal.all('far-digit').at(-1)).toMatchObject({ digit: '4', source: 'rfc4733' });
  expect(terminal.engine.stats('c').unknownType).toBeGreaterThan(0);
  await close();
});

test('sound from anywhere but the far end is not heard', async () => {
  const { world, terminal, peer, port, connect, close } = await withPeer();
  connect();
  const stranger = await Peer.bind();
  await peer.rtp({ payloadType: 101, timestamp: 1 }, event(1, false, 160), port);
  await world.step(1);
  for (let n = 0; n < 20; n++) await stranger.rtp({ payloadType: 101, timestamp: 100 + n }, event(2, false, 160), port);
  await world.step(1);
  await peer.rtp({ payloadType: 101, timestamp: 9_999, sequenceNumber: 1 }, event(3, false, 160), port);
  await world.step(1);
  expect(terminal.all('far-digit').map(({ digit }) => digit)).toEqual(['1', '3']);
  expect(terminal.engine.stats('c').strangers).toBe(20);
  stranger.close();
  await close();
});

test('a far end behind a translator that changes its port is heard, and its own port wins', async () => {
  const { world, terminal, peer, port, connect, close } = await withPeer();
  connect();
  const translated = await Peer.bind();
  await translated.rtp({ timestamp: 1 }, Buffer.alloc(160), port);
  await world.step(1);
  expect(terminal.engine.stats('c').received).toBe(1);
  await peer.rtp({ payloadType: 101, timestamp: 5_000, sequenceNumber: 1 }, event(2, false, 160), port);
  await world.step(1);
  await translated.rtp({ payloadType: 101, timestamp: 9_000, sequenceNumber: 2 }, event(3, false, 160), port);
  await world.step(1);
  expect(terminal.all('far-digit').map(({ digit }) => digit)).toEqual(['2']);
  expect(terminal.engine.stats('c')).toMatchObject({ received: 2, strangers: 1 });
  translated.close();
  await close();
});

test('media is lost once when nothing comes for the time set, and not while the far end holds', async () => {
  const { world, terminal, peer, port, connect, close } = await withPeer(300);
  await world.step(25);
  connect({ direction: 'inactive' });
  await world.step(25);
  expect(terminal.told).toEqual([]);
  expect(peer.received).toEqual([]);
  connect();
  await world.step(14);
  expect(terminal.told).toEqual([]);
  await world.step(25);
  expect(terminal.told).toEqual([{ type: 'media-lost', call: 'c', silence: expect.any(Number) }]);
  await peer.rtp({ sequenceNumber: 5, timestamp: 800 }, Buffer.alloc(160, 0xff), port);
  await world.step(25);
  expect(terminal.all('media-lost').length).toBe(2);
  expect(peer.received.length).toBeGreaterThan(50);
  await close();
});

test('a port is refused where the address is none of ours, and a far end without an address is told', async () => {
  const { terminal, connect, close } = await withPeer();
  const { engine } = terminal;
  await expect(engine.open('d', '192.0.2.1', { privileged: false })).rejects.toThrow('RTP: no port on 192.0.2.1');
  await expect(engine.open('d', 'phone.example', { privileged: false })).rejects.toThrow(
    'RTP: phone.example is not an IP address',
  );
  await expect(engine.open('c', '127.0.0.1', { privileged: false })).rejects.toThrow('media of call c is open already');
  expect(await engine.open('e', '::1', { privileged: false })).toBeGreaterThan(0);
  connect({ address: 'phone.example' });
  expect(terminal.all('malformed')[0]?.detail).toContain('media at phone.example port');
  const opening = engine.open('d', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'release', call: 'd' });
  await expect(opening).rejects.toThrow('released while it opened');
  terminal.do({ type: 'release', call: 'c' }, { type: 'release', call: 'c' });
  await close();
});
