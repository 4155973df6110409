import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { RTCP_LENGTH, writeRtcp } from '../../../../src/terminal/telephony/media/rtcp.ts';
import { Session } from '../../../../src/terminal/telephony/media/session.ts';
import { bindPair } from '../../../../src/terminal/telephony/media/socket.ts';
import { SRTP_ROOM, SrtpSender } from '../../../../src/terminal/telephony/media/srtp.ts';
import type { RemoteMedia } from '../../../../src/terminal/telephony/port.ts';
import { event, packet } from './peer.ts';
import { remoteAt } from './stepped.ts';

/** Datagrams in each run; TIERPHONE_FUZZ makes it longer. */
const COUNT = Number(process.env.TIERPHONE_FUZZ ?? 20_000);
const SUITE = 'AES_CM_128_HMAC_SHA1_80';

/** Mulberry32: the same run for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A datagram of a far end, as it should be. */
function whole(n: number, pick: (below: number) => number): Buffer {
  const header = { sequenceNumber: n & 0xffff, timestamp: (160 * n) >>> 0, ssrc: 1 + (pick(50) === 0 ? pick(4) : 0) };
  const kind = pick(10);
  if (kind < 5)
    return packet({ ...header, payloadType: pick(2) * 8 }, Buffer.alloc([80, 160, 240, 480][pick(4)] ?? 0, n & 0xff));
  if (kind < 7) return packet({ ...header, payloadType: 101 }, event(pick(16), pick(2) === 1, pick(0x10000)));
  if (kind < 8) return packet({ ...header, payloadType: pick(128) }, Buffer.alloc(pick(300)));
  const out = Buffer.alloc(RTCP_LENGTH);
  const block = {
    ssrc: pick(2 ** 32),
    fractionLost: 0,
    lost: pick(9),
    highest: n,
    jitter: pick(2 ** 32),
    lastReport: pick(2 ** 32),
    sinceLastReport: pick(60_000),
  };
  const sender = pick(2) ? { ntp: pick(4e12), clock: 160 * (n & 0xffff), packets: n, octets: n } : null;
  return out.subarray(0, writeRtcp(out, { ssrc: 1, sender, block, cname: 'far', bye: pick(2) === 1 }));
}

/** One to six bytes changed, cut or put in; often where lengths are. */
function mutate(data: Buffer, pick: (below: number) => number): Buffer {
  let out = Buffer.from(data);
  for (let times = pick(6); times >= 0; times--) {
    const at = pick(3) === 0 ? pick(Math.min(16, out.length + 1)) : pick(out.length + 1);
    const how = pick(5);
    if (how < 2 && at < out.length) out[at] = pick(256);
    else if (how === 2 && at < out.length) out[at] = (out[at] as number) ^ (1 << pick(8));
    else if (how === 3) out = out.subarray(0, at);
    else out = Buffer.concat([out.subarray(0, at), Buffer.alloc(pick(40), pick(256)), out.subarray(at)]);
  }
  return out;
}

let session: Session | null = null;
afterEach(() => session?.close());

async function open(srtp: RemoteMedia['srtp']) {
  const told = { digits: 0, malformed: 0 };
  let now = 0;
  session = new Session(
    await bindPair('127.0.0.1'),
    { timeout: 30_000, now: () => now },
    {
      digit: () => (told.digits += 1),
      lost: () => undefined,
      quality: () => undefined,
      failed: (cause) => {
        throw cause;
      },
      malformed: (_kind, detail) => {
        if (/^RTC?P: .{1,100}$/.test(detail)) told.malformed += 1;
      },
    },
  );
  // A hold: what we would send has nobody to go to.
  const remote = remoteAt(9, {
    direction: 'sendonly',
    srtp,
    receives: [0, 8].map((payloadType) => ({ codec: payloadType ? 'PCMA' : 'PCMU', payloadType })),
  });
  session.connect(remote);
  const frame = new Int16Array(320);
  const tick = () => {
    now += 20;
    session?.receive(frame, now);
  };
  return { session, told, tick };
}

const from = { address: '127.0.0.1', port: 9 };

test('mutated RTP and RTCP: nothing is thrown, nothing grows', async () => {
  const { session, told, tick } = await open(null);
  const pick = random(7);
  for (let n = 0; n < COUNT; n++) {
    const data = whole(n, pick);
    session.datagram(pick(4) === 0 ? data : mutate(data, pick), from, pick(8) === 0 ? 'rtcp' : 'rtp');
    if (n % 10 === 0) tick();
  }
  expect(told.malformed).toBeGreaterThan(COUNT / 50);
  expect(session.stats.received).toBeGreaterThan(COUNT / 10);
  expect(session.stats.rtcpReceived).toBeGreaterThan(COUNT / 50);
});

test('the same under SRTP: mutated before it was protected, as a hostile far end does, and after, as anybody can', async () => {
  const master = randomBytes(30);
  const { session, tick } = await open({ suite: SUITE, send: master, receive: master });
  const sender = new SrtpSender({ suite: SUITE, master });
  const pick = random(8);
  let authentic = 0;
  for (let n = 0; n < COUNT; n++) {
    const bare = whole(n, pick);
    const rtcp = (bare[1] as number) >= 200 && (bare[1] as number) <= 203;
    // What is authentic has a header that could be protected, and any payload.
    const data = pick(2) ? bare : Buffer.concat([bare.subarray(0, 12), mutate(bare.subarray(12), pick)]);
    const room = Buffer.concat([data, Buffer.alloc(SRTP_ROOM)]);
    const length = rtcp ? sender.protectRtcp(room, data.length) : sender.protect(room, data.length);
    const sealed = room.subarray(0, length);
    const changed = pick(3) === 0;
    const { unauthentic, duplicates } = session.stats;
    session.datagram(changed ? mutate(sealed, pick) : Buffer.from(sealed), from, 'rtp');
    if (session.stats.unauthentic === unauthentic && session.stats.duplicates === duplicates) authentic += 1;
    if (n % 10 === 0) tick();
  }
  expect(session.stats.unauthentic).toBeGreaterThan(COUNT / 5);
  expect(authentic).toBeGreaterThan(COUNT / 2);
  expect(session.stats.strangers).toBe(0);
});
