import { afterEach, beforeEach, expect, test } from 'vitest';
import { Session } from '../../../src/terminal/telephony/media/session.ts';
import { OwnKeys } from '../../../src/terminal/telephony/sip/sdp/sdes.ts';
import { readAnswer, readOffer, remoteOf } from '../../../src/terminal/telephony/sip/sdp/sdp.ts';
import { toneFrames } from '../../signal.ts';
import { Peer } from '../../terminal/telephony/media/peer.ts';
import { peak, remoteAt, Stepped } from '../../terminal/telephony/media/stepped.ts';
import { sdp } from '../../terminal/telephony/sip/far-end.ts';

let world: Stepped;
let terminal: ReturnType<Stepped['add']>;
beforeEach(() => {
  world = new Stepped();
  terminal = world.add();
});
afterEach(() => world.close());

/** A call `other` that is heard, beside the one that the test is about. */
async function other() {
  const peer = await Peer.bind();
  const port = await terminal.engine.open('other', '127.0.0.1', { privileged: false });
  terminal.do({ type: 'connect', call: 'other', remote: remoteAt(peer.port) });
  return { peer, port };
}

const local = (port: number) =>
  ({
    address: '127.0.0.1',
    port,
    codecs: ['PCMU', 'PCMA'],
    srtp: 'off',
    keys: new OwnKeys(),
    id: 1,
    version: 1,
  }) as const;

// A far end wrote a=rtcp:0 in its 200; seconds later the report of RTCP ended the thread of sound.
test.each([
  ['a=rtcp:0', (port: number) => `${sdp({ port })}a=rtcp:0\r\n`],
  ['a=rtcp:70000', (port: number) => `${sdp({ port })}a=rtcp:70000 IN IP4 127.0.0.1\r\n`],
  ['the last port and no rtcp-mux', () => sdp({ port: 65_535 })],
  ['the last port and a=rtcp:0', () => `${sdp({ port: 65_535 })}a=rtcp:0\r\n`],
  ['a packet time of nothing', (port: number) => `${sdp({ port })}a=ptime:0\r\na=maxptime:0\r\n`],
  ['payload types beyond 127', (port: number) => `${sdp({ port, payloads: '300 0 101' })}a=rtpmap:300 PCMA/8000\r\n`],
  ['a clock of nothing', (port: number) => `${sdp({ port, payloads: '97 0 101' })}a=rtpmap:97 PCMA/0\r\n`],
])('an SDP with %s, in an answer and in an offer, costs nobody the sound', async (_what, text) => {
  const peer = await Peer.bind();
  const port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  for (const how of ['answer', 'offer']) {
    const own = local(port);
    const said = text(peer.port);
    const remote = how === 'answer' ? readAnswer(said, own) : remoteOf(readOffer(said, own), own);
    terminal.do({ type: 'connect', call: 'c', remote });
    // Two reports of RTCP, at least.
    await world.step(700);
  }
  expect(terminal.told.filter(({ type }) => type !== 'quality')).toEqual([]);
  expect(terminal.engine.stats('c').sent).toBeGreaterThan(1_390);
  peer.close();
});

test('whatever throws for one call ends its media, told as lost and counted, and no other', async () => {
  const { peer } = await other();
  for (const what of ['send', 'receive', 'skip', 'press', 'datagram', 'connect'] as const) {
    const call = `c ${what}`;
    const far = await Peer.bind();
    const port = await terminal.engine.open(call, '127.0.0.1', { privileged: false });
    const remote = remoteAt(far.port);
    terminal.do({ type: 'connect', call, remote });
    await world.step(1);
    // A fault that nobody has thought of, in the media of this call alone: what would have been the far end's codec is none.
    const broken = { ...remote, format: undefined, receives: undefined, receivesDigits: undefined } as never;
    const proto = Session.prototype as unknown as Record<string, (...a: unknown[]) => unknown>;
    const whole = proto[what] as (...a: unknown[]) => unknown;
    if (what === 'send' || what === 'datagram') terminal.do({ type: 'connect', call, remote: broken });
    else {
      proto[what] = function (this: Session, ...given) {
        if (this.port === port) throw new Error(`no ${what}`);
        return whole.apply(this, given);
      };
    }
    try {
      if (what === 'datagram') await far.rtp({ sequenceNumber: 1 }, Buffer.alloc(160), port);
      if (what === 'press') terminal.do({ type: 'digit', call, digit: '1' });
      if (what === 'connect') terminal.do({ type: 'connect', call, remote });
      if (what === 'skip') await world.stall(3);
      await world.step(3);
    } finally {
      proto[what] = whole;
    }
    expect(terminal.all('media-lost').at(-1), what).toEqual({ type: 'media-lost', call, silence: 0 });
    expect(() => terminal.engine.stats('other'), what).not.toThrow();
    terminal.do({ type: 'release', call });
    far.close();
  }
  expect(terminal.all('media-lost')).toHaveLength(6);
  expect(terminal.all('malformed')[0]?.detail).toContain('media of a call ended by a fault of ours');
  // The other call goes on both ways.
  terminal.do({ type: 'bridge', call: 'other', on: true });
  terminal.speak = toneFrames(1_000, -10);
  const before = peer.received.length;
  await world.step(20);
  expect(peer.received.length).toBe(before + 20);
  expect(peak(Int16Array.from(peer.received.at(-1)?.payload ?? []))).toBeGreaterThan(0);
  peer.close();
});

// Memory of Opus comes back only when JavaScript collects its garbage, and where it has to grow all of Opus that is in use breaks.
test('a far end that changes its codec to and fro costs no memory, and its call goes on', async () => {
  await terminal.engine.open('c', '127.0.0.1', { privileged: false });
  const opus = { codec: 'opus', payloadType: 96 } as const;
  const peer = await Peer.bind();
  const remote = remoteAt(peer.port);
  const formats = [opus, remote.format];
  for (let n = 0; n < 2_001; n++) {
    const format = formats[n % 2] ?? opus;
    terminal.do({ type: 'connect', call: 'c', remote: { ...remote, format, receives: formats } });
    // Sound of one tick; nothing is yielded to.
    terminal.engine.tick(0);
  }
  await world.step(2);
  expect(terminal.all('media-lost')).toEqual([]);
  expect(peer.received.at(-1)?.header.payloadType).toBe(96);
  peer.close();
});
