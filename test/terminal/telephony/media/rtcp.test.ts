import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  RtcpPacketConverter,
  RtcpRrPacket,
  type RtcpSourceDescriptionPacket,
  RtcpSrPacket,
  RtpPacket,
} from 'werift-rtp';
import { parseRtcp, RTCP_LENGTH, writeRtcp } from '../../../../src/terminal/telephony/media/rtcp.ts';
import { isRtcp } from '../../../../src/terminal/telephony/media/rtp.ts';
import { Peer } from './peer.ts';
import { remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const block = fc.record({
  ssrc: u32,
  fractionLost: fc.integer({ min: 0, max: 255 }).map((n) => n / 256),
  lost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  highest: u32,
  jitter: u32,
  lastReport: u32,
  sinceLastReport: fc.integer({ min: 0, max: 0xffffffff }).map((n) => n / 0x10000),
});
const said = fc.record({
  ssrc: u32,
  sender: fc.option(fc.record({ ntp: fc.nat(4e12), clock: u32, packets: u32, octets: u32 })),
  block: fc.option(block),
  cname: fc.string({ maxLength: 255, unit: 'grapheme-ascii' }),
  bye: fc.boolean(),
});

test('what we write another implementation reads as it was meant, and so do we', () => {
  fc.assert(
    fc.property(said, (s) => {
      const out = Buffer.alloc(RTCP_LENGTH);
      const data = out.subarray(0, writeRtcp(out, s));
      expect(data.length % 4).toBe(0);
      expect(isRtcp(data)).toBe(true);
      const ours = parseRtcp(data);
      if (typeof ours === 'string') throw new Error(ours);
      expect(ours.blocks).toEqual(s.block ? [s.block] : []);
      expect(ours.sender?.ssrc ?? null).toBe(s.sender ? s.ssrc : null);
      // It knows no BYE.
      const [report, description] = RtcpPacketConverter.deSerialize(s.bye ? data.subarray(0, -8) : data);
      if (s.sender) {
        expect(report).toBeInstanceOf(RtcpSrPacket);
        const { ssrc, senderInfo } = report as RtcpSrPacket;
        expect(ssrc).toBe(s.ssrc);
        expect(senderInfo).toMatchObject({
          rtpTimestamp: s.sender.clock,
          packetCount: s.sender.packets,
          octetCount: s.sender.octets,
        });
        expect(Number(senderInfo.ntpTimestamp >> 32n)).toBe(Math.floor(s.sender.ntp / 1_000));
        expect(Number((senderInfo.ntpTimestamp >> 16n) & 0xffffffffn)).toBe(ours.sender?.lastReport);
      } else {
        expect(report).toBeInstanceOf(RtcpRrPacket);
        expect((report as RtcpRrPacket).ssrc).toBe(s.ssrc);
      }
      const [theirs] = (report as RtcpRrPacket).reports;
      if (s.block) {
        expect(theirs).toMatchObject({
          ssrc: s.block.ssrc,
          fractionLost: s.block.fractionLost * 256,
          highestSequence: s.block.highest,
          jitter: s.block.jitter,
          lsr: s.block.lastReport,
        });
      } else expect(theirs).toBeUndefined();
      expect((description as RtcpSourceDescriptionPacket).chunks).toMatchObject([
        { source: s.ssrc, items: [{ type: 1, text: s.cname }] },
      ]);
    }),
  );
});

test('any bytes are a report or a line of text, soon', () => {
  const like = fc.tuple(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 0, max: 3 })).map(([bytes, kind]) => {
    if (kind > 0 && bytes.length > 3) bytes.set([0x80 | ((bytes[0] as number) & 0x3f), 199 + kind, 0]);
    return bytes;
  });
  fc.assert(
    fc.property(like, (bytes) => {
      const parsed = parseRtcp(bytes);
      if (typeof parsed === 'string') expect(parsed).toMatch(/^RTCP: /);
      else expect(parsed.blocks.length).toBeLessThanOrEqual(bytes.length / 24);
    }),
    { numRuns: 20_000 },
  );
});

const master = () => randomBytes(30);

test.each([
  { name: 'two ports', shared: false, keyed: false },
  { name: 'one port', shared: true, keyed: false },
  { name: 'two ports, SRTCP', shared: false, keyed: true },
  { name: 'one port, SRTCP', shared: true, keyed: true },
])(
  'both sides report to each other every five seconds or so, and quality is told: $name',
  async ({ shared, keyed }) => {
    const { a, b, portA, portB } = await world.pair();
    const [one, other] = [master(), master()];
    const suite = 'AES_CM_128_HMAC_SHA1_32';
    const media = (port: number, send: Uint8Array, receive: Uint8Array) =>
      remoteAt(port, { rtcpPort: shared ? port : port + 1, srtp: keyed ? { suite, send, receive } : null });
    a.do({ type: 'connect', call: 'a', remote: media(portB, one, other) });
    b.do({ type: 'connect', call: 'b', remote: media(portA, other, one) });
    await world.step(900);
    const stats = a.engine.stats('a');
    expect(stats).toMatchObject({ malformed: 0, unauthentic: 0, strangers: 0 });
    // 18 s: from 2.05 to 6.16 s between two.
    expect(stats.rtcpSent).toBeGreaterThanOrEqual(3);
    expect(stats.rtcpSent).toBeLessThanOrEqual(10);
    expect(stats.rtcpReceived).toBe(b.engine.stats('b').rtcpSent);
    const told = a.all('quality');
    expect(told.length).toBeGreaterThanOrEqual(3);
    const quality = told.at(-1)?.quality;
    expect(quality).toMatchObject({ codec: 'PCMU', encrypted: keyed, loss: 0, far: { loss: 0 } });
    expect(quality?.roundTrip).toBeLessThan(45);
    expect(quality?.mos.now).toBeGreaterThan(4.2);
    const before = b.engine.stats('b').rtcpReceived;
    a.do({ type: 'release', call: 'a' });
    await world.step(2);
    expect(b.engine.stats('b').rtcpReceived).toBe(before + 1);
  },
);

test('with another implementation: our loss as it tells it, its reports, and a goodbye at the end', async () => {
  const terminal = world.add({ mediaTimeout: 8_000 });
  const peer = await Peer.bind();
  const port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port, { rtcpPort: peer.port }) });
  let n = 0;
  const talk = async (ticks: number) => {
    for (const end = n + ticks; n < end; n++) {
      const header = { sequenceNumber: n, timestamp: 160 * n, ssrc: 5 };
      if (n % 10 !== 3) await peer.rtp(header, Buffer.alloc(160, 0xff), port);
      await world.step(1);
    }
  };
  await talk(400);
  const reports = () => peer.raws.filter(isRtcp).map((data) => RtcpPacketConverter.deSerialize(data));
  const count = reports().length;
  while (reports().length === count) await talk(1);
  const [first] = reports().at(-1) ?? [];
  expect(first).toBeInstanceOf(RtcpSrPacket);
  const sr = first as RtcpSrPacket;
  expect(sr.reports[0]).toMatchObject({ ssrc: 5 });
  expect(Math.abs((sr.reports[0]?.packetsLost ?? 0) - n / 10)).toBeLessThanOrEqual(1);
  const sound = peer.raws.filter((data) => !isRtcp(data)).map((data) => RtpPacket.deSerialize(data));
  expect(sr.ssrc).toBe(sound[0]?.header.ssrc);
  // 600 ms after comes an answer that was held for half a second: the rest of the time is the way.
  const middle = Number((sr.senderInfo.ntpTimestamp >> 16n) & 0xffffffffn);
  await talk(30);
  const answer = (lsr: number, dlsr: number) => {
    const out = Buffer.alloc(RTCP_LENGTH);
    const length = writeRtcp(out, {
      ssrc: 5,
      sender: null,
      block: {
        ssrc: sr.ssrc,
        fractionLost: 0,
        lost: Math.round(n / 10),
        highest: 1,
        jitter: 80,
        lastReport: lsr,
        sinceLastReport: dlsr,
      },
      cname: 'far',
      bye: false,
    });
    return peer.raw(out.subarray(0, length), port);
  };
  await answer(middle, 0.5);
  // What is no answer to ours, or cannot be, says nothing of the way.
  await answer(middle + 5, 0.5);
  await answer(middle, 100);
  await talk(250);
  const quality = terminal.all('quality').at(-1)?.quality;
  expect(quality?.far?.jitter).toBe(10);
  expect(Math.abs((quality?.far?.loss ?? 0) - 0.1)).toBeLessThan(0.02);
  expect(Math.abs((quality?.roundTrip ?? 0) - 100)).toBeLessThanOrEqual(20);
  expect(quality?.loss).toBeCloseTo(0.1, 1);
  expect(quality?.mos.least).toBeLessThan(4);
  // RTCP alone is no sound.
  for (let times = 0; times < 45; times++) {
    await answer(middle, 0.5);
    await world.step(10);
  }
  expect(terminal.all('media-lost').length).toBe(1);
  terminal.do({ type: 'release', call: 'c' });
  await world.step(1);
  const last = peer.raws.at(-1) as Buffer;
  expect([...last.subarray(-8, -4)]).toEqual([0x81, 203, 0, 1]);
  peer.close();
});
