import { mulaw } from 'alawmulaw';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DigitReceiver } from '../../../src/terminal/telephony/media/digit-receiver.ts';
import { parseRtp } from '../../../src/terminal/telephony/media/rtp.ts';
import type { Codec } from '../../../src/terminal/telephony/port.ts';
import { OwnKeys } from '../../../src/terminal/telephony/sip/sdp/sdes.ts';
import { readAnswer } from '../../../src/terminal/telephony/sip/sdp/sdp.ts';
import { dtmf } from '../../terminal/audio/dtmf.ts';
import { event, Peer, packet } from '../../terminal/telephony/media/peer.ts';
import { remoteAt, Stepped } from '../../terminal/telephony/media/stepped.ts';
import { sdp } from '../../terminal/telephony/sip/far-end.ts';

let world: Stepped;
let terminal: ReturnType<Stepped['add']>;
let peer: Peer;
let port: number;
beforeEach(async () => {
  world = new Stepped();
  terminal = world.add();
  peer = await Peer.bind();
  port = await terminal.engine.open('c', '127.0.0.1', { privileged: false });
});
afterEach(async () => {
  peer.close();
  await world.close();
});

const keys = () => terminal.all('far-digit').map(({ digit }) => digit);

function answered(text: string, codecs: readonly Codec[] = ['PCMU', 'PCMA']): void {
  const own = { address: '127.0.0.1', port, codecs, srtp: 'off', keys: new OwnKeys(), id: 1, version: 1 } as const;
  terminal.do({ type: 'connect', call: 'c', remote: readAnswer(text, own) });
}

/** A press of 100 ms of the payload type, as its RFC has it, at `clock`. */
async function press(code: number, at: { payloadType: number; n: number; clock?: number; ssrc?: number }, from = peer) {
  const { payloadType, n, clock = 8_000, ssrc = 1 } = at;
  const timestamp = n * (clock / 50);
  for (let k = 0; k < 7; k++) {
    const data = event(code, k >= 4, Math.min(k + 1, 5) * (clock / 50));
    await from.rtp({ payloadType, marker: k === 0, sequenceNumber: n + k, timestamp, ssrc }, data, port);
    await world.step(1);
  }
}

async function say(first: number, count: number, ssrc = 1, from = peer) {
  for (let n = first; n < first + count; n++) {
    await from.rtp({ sequenceNumber: n, timestamp: 160 * n, ssrc }, Buffer.alloc(160, 0xff), port);
    await world.step(1);
  }
}

describe('numbers for sending and for receiving are two things (RFC 3264 5.1)', () => {
  // An SBC answered telephone-event as 97 and went on to send 101: nobody there could press 1.
  test.each([101, 97])('keys answered as 97 are taken as %i, and ours go out as 97', async (payloadType) => {
    answered(`${sdp({ port: peer.port, payloads: '0 97' })}a=rtpmap:97 telephone-event/8000\r\n`);
    await press(1, { payloadType, n: 10 });
    expect(keys()).toEqual(['1']);
    terminal.do({ type: 'digit', call: 'c', digit: '5' });
    await world.step(10);
    const ours = peer.received.filter(({ header, payload }) => header.payloadType === 97 && payload.length === 4);
    expect(ours).toHaveLength(7);
  });

  test('sound is taken by our number and by that of the answer', async () => {
    answered(`${sdp({ port: peer.port, payloads: '98' })}a=rtpmap:98 PCMU/8000\r\n`);
    for (const [n, payloadType] of [98, 0, 98, 0].entries()) {
      await peer.rtp({ payloadType, sequenceNumber: n, timestamp: 160 * n }, Buffer.alloc(160), port);
    }
    await world.step(2);
    expect(terminal.engine.stats('c')).toMatchObject({ received: 4, unknownType: 0 });
    expect(peer.received.every(({ header }) => header.payloadType === 98)).toBe(true);
  });

  test.each([
    ['an rtpmap without a clock', '97', 'telephone-event', 8_000, ['PCMU']],
    ['events at 16000', '97', 'telephone-event/16000', 16_000, ['G722', 'PCMU']],
    ['events at 48000', '97', 'telephone-event/48000', 48_000, ['opus', 'PCMU']],
  ] as const)('%s: a key each way, in time of that clock', async (_what, number, map, clock, codecs) => {
    const codec = codecs[0] === 'opus' ? '96' : codecs[0] === 'G722' ? '9' : '0';
    const opus = codec === '96' ? 'a=rtpmap:96 opus/48000/2\r\n' : '';
    answered(`${sdp({ port: peer.port, payloads: `${codec} ${number}` })}${opus}a=rtpmap:${number} ${map}\r\n`, codecs);
    await press(7, { payloadType: 97, n: 10, clock });
    await press(7, { payloadType: 97, n: 30, clock });
    expect(keys()).toEqual(['7', '7']);
    terminal.do({ type: 'digit', call: 'c', digit: '5' });
    await world.step(10);
    const ours = peer.received.filter(({ header }) => header.payloadType === 97);
    expect(ours.map(({ payload }) => payload.readUInt16BE(2) / clock)).toEqual([0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1]);
  });

  test('keys of an answer that has none are taken by the number that we offered', async () => {
    answered(sdp({ port: peer.port, payloads: '0' }));
    await press(1, { payloadType: 101, n: 10 });
    expect(keys()).toEqual(['1']);
  });
});

describe('one press', () => {
  const receiver = () => {
    const digits = new DigitReceiver();
    return (timestamp: number, duration: number, more: { end?: boolean; marker?: boolean; code?: number } = {}) => {
      const { end = false, marker = false, code = 9 } = more;
      const parsed = parseRtp(
        packet({ payloadType: 101, marker, timestamp: timestamp >>> 0 }, event(code, end, duration)),
      );
      if (typeof parsed === 'string') throw new Error(parsed);
      return digits.receive(parsed);
    };
  };

  // A gateway let the time stamp move on with each packet of a press: a block, and its own confirmation.
  test('whose time stamps move on with its packets is one, and the next is another', () => {
    for (const first of [1_000, 0xffffffff - 300]) {
      const receive = receiver();
      const told: (string | null)[] = [];
      for (let n = 0; n < 5; n++) told.push(receive((first + 160 * n) >>> 0, 160 * (n + 1), { marker: n === 0 }));
      for (let n = 5; n < 8; n++) told.push(receive((first + 160 * n) >>> 0, 800, { end: true }));
      expect(told).toEqual(['9', ...Array(7).fill(null)]);
      // A late copy, and the same key again with and without its marker.
      expect(receive((first + 320) >>> 0, 480)).toBeNull();
      expect(receive(first + 3_200, 160, { marker: true })).toBe('9');
      expect(receive(first + 6_400, 160)).toBe('9');
      expect(receive((first + 480) >>> 0, 640)).toBeNull();
      expect(receive(first + 6_560, 160, { code: 8 })).toBe('8');
    }
  });

  test('whose first packets were overtaken or lost is one', () => {
    const receive = receiver();
    expect(receive(1_320, 480)).toBe('9');
    expect(receive(1_000, 160, { marker: true })).toBeNull();
    expect(receive(1_160, 320)).toBeNull();
    expect(receive(1_480, 640, { end: true })).toBeNull();
  });

  test('with the marker of a new one is a new one, however soon', () => {
    const receive = receiver();
    expect(receive(1_000, 160, { marker: true })).toBe('9');
    expect(receive(1_160, 160, { marker: true })).toBe('9');
  });
});

// In plain RTP whoever knows our port can send in the far end's name: the key that accepts a call is not taken of a stream that
// is new since the answer.
describe('keys of plain RTP', () => {
  beforeEach(() => terminal.do({ type: 'connect', call: 'c', remote: remoteAt(peer.port) }));

  test('of another stream from the very place of the SDP do not count while the first goes on, as event or as tone', async () => {
    await say(0, 50);
    const tone = mulaw.encode(dtmf([{ key: '1', on: 200, off: 0 }], 8_000, 0));
    for (let n = 0; n < 400; n++) {
      // Three to one, so that sound follows the newcomer.
      for (let k = 0; k < 3; k++) {
        const header = { sequenceNumber: 3 * n + k, timestamp: 160 * (3 * n + k), ssrc: 666 };
        const at = 160 * ((3 * n + k) % 10);
        if (n < 200) await peer.rtp(header, tone.subarray(at, at + 160), port);
        else await peer.rtp({ ...header, payloadType: 101, marker: true }, event(1, true, 160), port);
      }
      await say(50 + n, 1);
    }
    expect(keys()).toEqual([]);
    const { digitsDoubted, resyncs } = terminal.engine.stats('c');
    expect(resyncs).toBeGreaterThan(0);
    expect(digitsDoubted).toBeGreaterThan(100);
    expect(terminal.all('malformed').map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('a key of a stream'),
    );
    // The far end's own count all the while.
    await press(2, { payloadType: 101, n: 2_000 });
    expect(keys()).toEqual(['2']);
  });

  test('of another port of its address do not count, until that has been the only one for 5 s', async () => {
    const other = await Peer.bind();
    await press(1, { payloadType: 101, n: 0, ssrc: 5 }, other);
    await say(10, 100, 5, other);
    await press(1, { payloadType: 101, n: 120, ssrc: 5 }, other);
    expect(keys()).toEqual([]);
    // A far end that sends from another port than it takes at.
    await say(130, 250, 5, other);
    await press(2, { payloadType: 101, n: 400, ssrc: 5 }, other);
    expect(keys()).toEqual(['2']);
    // Its own port, once it speaks, is believed at once, and no other from then on.
    await press(3, { payloadType: 101, n: 0, ssrc: 6 });
    await press(3, { payloadType: 101, n: 420, ssrc: 5 }, other);
    expect(keys()).toEqual(['2', '3']);
    other.close();
  });

  test('of a call that the far end puts through count when the stream before has been gone for 5 s', async () => {
    await say(0, 50);
    await say(0, 100, 2);
    await press(1, { payloadType: 101, n: 110, ssrc: 2 });
    expect(keys()).toEqual([]);
    await say(120, 150, 2);
    await press(1, { payloadType: 101, n: 300, ssrc: 2 });
    expect(keys()).toEqual(['1']);
  });

  test('count at once where an SDP names another place', async () => {
    await say(0, 50);
    const moved = await Peer.bind();
    terminal.do({ type: 'connect', call: 'c', remote: remoteAt(moved.port) });
    await say(0, 2, 2, moved);
    await press(1, { payloadType: 101, n: 10, ssrc: 2 }, moved);
    expect(keys()).toEqual(['1']);
    moved.close();
  });
});
