import { Session } from '../../src/terminal/telephony/media/session.ts';
import { bindPair } from '../../src/terminal/telephony/media/socket.ts';
import { SRTP_ROOM, type SrtpKey, SrtpSender } from '../../src/terminal/telephony/media/srtp.ts';
import { SUITES } from '../../src/terminal/telephony/media/srtp-suite.ts';
import type { SrtpKeys, SrtpSuite } from '../../src/terminal/telephony/port.ts';
import { Random } from '../terminal/call/random.ts';
import { event, packet } from '../terminal/telephony/media/peer.ts';
import { remoteAt } from '../terminal/telephony/media/stepped.ts';
import { mutateBytes } from './mutate.ts';
import { type Order, type Outcome, seedOf } from './outcome.ts';
import { inSteps } from './steps.ts';

const FAR = { address: '127.0.0.1', port: 9 };
const EVENTS = 101;
const PAYLOADS = [
  { payloadType: 0, length: 160 },
  { payloadType: 8, length: 160 },
  { payloadType: 9, length: 160 },
  { payloadType: 13, length: 1 },
  { payloadType: 77, length: 20 },
];
const FORMATS = [
  { codec: 'PCMU', payloadType: 0 },
  { codec: 'PCMA', payloadType: 8 },
  { codec: 'G722', payloadType: 9 },
] as const;

/** A call under attack. */
interface Target {
  session: Session;
  /** The far end's key; null without. */
  key: SrtpKey | null;
}

/**
 * Gives `count` packets to the sessions of calls without keys and with each suite: RTP, events and RTCP, most of them broken;
 * of those with keys half broken first and protected then, as a far end does that means harm. Time passes as if 40 came in 20 ms.
 */
export async function fuzzRtp(order: Order): Promise<Outcome> {
  const clock = { now: 0 };
  const targets: Target[] = [];
  for (const suite of [null, ...(Object.keys(SUITES) as SrtpSuite[])]) targets.push(await open(suite, clock));
  const frame = new Int16Array(320);
  try {
    const outcome = await inSteps(order, { step: 1, rest: 1_000 }, (n) => {
      const random = new Random(seedOf(order.seed, n));
      const { session, key } = targets[random.below(targets.length)] as Target;
      const { data, channel } = make(n, random, key);
      session.datagram(data, { ...FAR, port: random.one(20) ? 10 : 9 }, channel);
      if (n % 40 !== 0) return;
      clock.now += 20;
      for (const target of targets) {
        target.session.receive(frame, clock.now);
        target.session.send(frame, clock.now);
      }
    });
    for (const target of targets) await stillWorks(target, clock);
    return outcome;
  } finally {
    for (const { session } of targets) session.close();
  }
}

async function open(suite: SrtpSuite | null, clock: { now: number }): Promise<Target> {
  const key = (by: number) => Buffer.alloc(suite ? SUITES[suite].key + SUITES[suite].salt : 0, by);
  const srtp: SrtpKeys | null = suite ? { suite, send: key(1), receive: key(2) } : null;
  const ignore = () => undefined;
  const fail = (cause: unknown) => {
    throw cause;
  };
  const session = new Session(
    await bindPair('127.0.0.1'),
    { timeout: 30_000, now: () => clock.now },
    { digit: ignore, lost: ignore, quality: ignore, malformed: ignore, failed: fail },
  );
  session.connect(
    remoteAt(FAR.port, { receives: FORMATS, receivesDigits: [{ payloadType: EVENTS, clock: 8_000 }], srtp }),
  );
  return { session, key: suite ? { suite, master: key(2) } : null };
}

/** The `n`th packet of a stream, broken or not. */
function make(n: number, random: Random, key: SrtpKey | null): { data: Buffer; channel: 'rtp' | 'rtcp' } {
  const control = random.one(4);
  const whole = control ? report(n, random) : sound(n, random);
  const broken = random.one(10) ? whole : mutateBytes(whole, random);
  const channel = control && !random.one(4) ? 'rtcp' : 'rtp';
  if (!key || random.one(2) || broken.length < 12) return { data: broken, channel };
  const room = Buffer.concat([broken, Buffer.alloc(SRTP_ROOM)]);
  const sender = new SrtpSender(key, { rollover: Math.floor(n / 0x10000), rtcpIndex: n });
  try {
    const length = control ? sender.protectRtcp(room, broken.length) : sender.protect(room, broken.length);
    const sealed = room.subarray(0, Math.max(0, length));
    return { data: random.one(4) ? mutateBytes(sealed, random) : sealed, channel };
  } catch {
    // So broken that no far end could protect it.
    return { data: broken, channel };
  }
}

function sound(n: number, random: Random): Buffer {
  const jump = random.one(50) ? random.below(0x10000) : 0;
  const header = {
    sequenceNumber: (n + jump) & 0xffff,
    timestamp: (n * 160 + jump * random.below(1_000)) >>> 0,
    ssrc: random.one(30) ? random.below(4) : 1,
    marker: random.one(10),
  };
  if (random.one(6))
    return packet({ ...header, payloadType: EVENTS }, event(random.below(20), random.one(3), random.below(0x10000)));
  const { payloadType, length } = random.pick(PAYLOADS);
  return packet(
    { ...header, payloadType },
    Buffer.alloc(random.one(10) ? random.below(1_400) : length, random.below(256)),
  );
}

/** A compound RTCP packet: a report, names, perhaps a farewell. */
function report(n: number, random: Random): Buffer {
  const words = (...of: number[]) => {
    const out = Buffer.alloc(4 * of.length);
    for (const [k, word] of of.entries()) out.writeUInt32BE(word >>> 0, 4 * k);
    return out;
  };
  const block = [1, random.below(2 ** 30), n, random.below(1_000), random.below(2 ** 30), random.below(65_536)];
  const parts = [
    random.one(2) ? words(0x81c8000c, 1, n, 0, n * 160, n, n * 160, ...block) : words(0x81c90007, 1, ...block),
    words(0x81ca0003, 1, 0x01066162, 0x63646566),
  ];
  if (random.one(20)) parts.push(words(0x81cb0001, 1));
  return Buffer.concat(parts);
}

/** A second of tones that come whole, from a source that is new: its packets must be taken. */
async function stillWorks({ session, key }: Target, clock: { now: number }): Promise<void> {
  const before = session.stats.received;
  const sender = key && new SrtpSender(key);
  const frame = new Int16Array(320);
  for (let n = 0; n < 50; n++) {
    const whole = packet(
      { sequenceNumber: 60_000 + n, timestamp: n * 160, ssrc: 0x7777, payloadType: 0 },
      Buffer.alloc(160, n),
    );
    const room = Buffer.concat([whole, Buffer.alloc(SRTP_ROOM)]);
    const length = sender ? sender.protect(room, whole.length) : whole.length;
    session.datagram(room.subarray(0, length), FAR, 'rtp');
    clock.now += 20;
    session.receive(frame, clock.now);
  }
  const taken = session.stats.received - before;
  if (taken !== 50) throw new Error(`of 50 whole packets after the broken ones ${taken} were taken`);
}
