import { randomBytes } from 'node:crypto';
import { mulaw } from 'alawmulaw';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RtpHeader, RtpPacket, SrtpSession } from 'werift-rtp';
import { SUITES } from '../../../../src/terminal/telephony/media/srtp-suite.ts';
import type { SrtpKeys, SrtpSuite } from '../../../../src/terminal/telephony/port.ts';
import { levelAt, toneFrames } from '../../../signal.ts';
import { event, Peer, packet } from './peer.ts';
import { remoteAt, Stepped } from './stepped.ts';

let world: Stepped;
beforeEach(() => {
  world = new Stepped();
});
afterEach(() => world.close());

const SUITE = 'AES_CM_128_HMAC_SHA1_80';

/** Keys of a call, as either side has them. */
function newKeys(suite: SrtpSuite): { a: SrtpKeys; b: SrtpKeys } {
  const [one, other] = [0, 0].map(() => randomBytes(SUITES[suite].key + SUITES[suite].salt)) as [Buffer, Buffer];
  return { a: { suite, send: one, receive: other }, b: { suite, send: other, receive: one } };
}

async function keyedPair(suite: SrtpSuite) {
  const { a, b, portA, portB } = await world.pair();
  const rekey = (keys: { a: SrtpKeys; b: SrtpKeys }) => {
    a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, { srtp: keys.a }) });
    b.do({ type: 'connect', call: 'b', remote: remoteAt(portA, { srtp: keys.b }) });
  };
  rekey(newKeys(suite));
  a.speak = toneFrames(1_000, -12);
  b.speak = toneFrames(440, -20);
  a.do({ type: 'bridge', call: 'a', on: true });
  b.do({ type: 'bridge', call: 'b', on: true });
  return { a, b, portA, portB, rekey };
}

test.each(Object.keys(SUITES) as SrtpSuite[])(
  'a tone goes both ways under %s, and a change of keys costs no sound',
  async (suite) => {
    const { a, b, rekey } = await keyedPair(suite);
    await world.step(60);
    const before = [a.engine.stats('a').concealed, b.engine.stats('b').concealed];
    for (let n = 0; n < 4; n++) {
      rekey(newKeys(suite));
      await world.step(20);
    }
    expect(Math.abs(levelAt(b.last(50), 1_000) + 12)).toBeLessThan(0.5);
    expect(Math.abs(levelAt(a.last(50), 440) + 20)).toBeLessThan(0.5);
    expect(a.engine.stats('a')).toMatchObject({ unauthentic: 0, duplicates: 0, malformed: 0, strangers: 0 });
    expect([a.engine.stats('a').concealed, b.engine.stats('b').concealed]).toEqual(before);
  },
);

test('one side alone with new keys still hears what is under way, then nothing', async () => {
  const { a, portB } = await keyedPair(SUITE);
  await world.step(40);
  a.do({ type: 'connect', call: 'a', remote: remoteAt(portB, { srtp: newKeys(SUITE).a }) });
  await world.step(100);
  expect(a.engine.stats('a').unauthentic).toBe(0);
  await world.step(500);
  expect(a.engine.stats('a').unauthentic).toBeGreaterThan(50);
});

/** A call `c` under keys whose far end is another implementation. */
async function withPeer() {
  const terminal = world.add();
  const peer = await Peer.bind();
  const port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  const keys = newKeys(SUITE);
  const split = (key: Uint8Array) => [Buffer.from(key.subarray(0, 16)), Buffer.from(key.subarray(16))] as const;
  const [localMasterKey, localMasterSalt] = split(keys.b.send);
  const [remoteMasterKey, remoteMasterSalt] = split(keys.b.receive);
  const theirs = new SrtpSession({
    keys: { localMasterKey, localMasterSalt, remoteMasterKey, remoteMasterSalt },
    profile: 1,
  });
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port, { srtp: keys.a }) });
  terminal.do({ type: 'bridge', call: 'c', on: true });
  const protect = (header: Partial<RtpHeader>, payload: Uint8Array) =>
    theirs.encrypt(
      Buffer.from(payload),
      new RtpHeader({ payloadType: 0, ssrc: 1, sequenceNumber: 0, timestamp: 0, ...header }),
    );
  return { terminal, peer, port, theirs, protect };
}

test('with another implementation: sound both ways; plain RTP on a call with keys is dropped and counted', async () => {
  const { terminal, peer, port, theirs, protect } = await withPeer();
  terminal.speak = toneFrames(1_000, -12);
  const tone = Int16Array.from({ length: 160 }, (_, n) => Math.round(10_362 * Math.sin((2 * Math.PI * n) / 8)));
  for (let n = 0; n < 60; n++) {
    await peer.raw(protect({ sequenceNumber: n, timestamp: 160 * n }, mulaw.encode(tone)), port);
    await peer.rtp({ sequenceNumber: n, timestamp: 160 * n, payloadType: 101 }, event(5, false, 160), port);
    await world.step(1);
  }
  expect(Math.abs(levelAt(terminal.last(30), 1_000) + 10)).toBeLessThan(0.5);
  expect(terminal.engine.stats('c')).toMatchObject({ received: 60, unauthentic: 60, malformed: 0 });
  expect(terminal.told.filter(({ type }) => type !== 'quality')).toEqual([]);
  const opened = peer.raws.map((data) => RtpPacket.deSerialize(theirs.decrypt(Buffer.from(data))));
  expect(opened.length).toBeGreaterThan(55);
  const heard = Int16Array.from(opened.slice(10, 50).flatMap((p) => [...mulaw.decode(p.payload)]));
  expect(Math.abs(levelAt(heard, 1_000, 8_000) + 12)).toBeLessThan(0.5);
  peer.close();
});

test('authentic packets are heard from another address and our sound follows; one of them sent on by somebody does not turn it', async () => {
  const { terminal, peer, port, protect } = await withPeer();
  const elsewhere = await Peer.bind('127.0.0.9');
  const thief = await Peer.bind('127.0.0.8');
  const silence = Buffer.alloc(160, 0xff);
  for (let n = 0; n < 30; n++) {
    const whole = protect({ sequenceNumber: n, timestamp: 160 * n }, silence);
    if (n % 5 === 4) await thief.raw(whole, port);
    await peer.raw(whole, port);
    await world.step(1);
  }
  expect(terminal.engine.stats('c')).toMatchObject({ received: 30 });
  expect(thief.raws.length).toBe(0);
  for (let n = 30; n < 60; n++) {
    await elsewhere.raw(protect({ sequenceNumber: n, timestamp: 160 * n }, silence), port);
    await world.step(1);
  }
  expect(terminal.engine.stats('c')).toMatchObject({ received: 60 });
  expect(elsewhere.raws.length).toBeGreaterThan(15);
  // A flood from a stranger is mostly not even looked at.
  for (let n = 0; n < 200; n++) await thief.raw(packet({ sequenceNumber: n }, silence), port);
  await world.step(1);
  expect(terminal.engine.stats('c').strangers).toBe(200);
  for (const far of [peer, elsewhere, thief]) far.close();
});

test('keys of a wrong length are told and the call stays silent', async () => {
  const terminal = world.add();
  const peer = await Peer.bind();
  await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  const short = { suite: SUITE, send: randomBytes(12), receive: randomBytes(30) } as const;
  terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port, { srtp: short }) });
  await world.step(5);
  expect(terminal.all('malformed')[0]?.detail).toBe(`SDP: SRTP: a key of 12 bytes, ${SUITE} takes 30`);
  expect(peer.raws).toEqual([]);
  peer.close();
});
