import { isIP } from 'node:net';
import { Session } from '../../src/terminal/telephony/media/session.ts';
import { bindPair } from '../../src/terminal/telephony/media/socket.ts';
import type { RemoteMedia } from '../../src/terminal/telephony/port.ts';
import { OwnKeys } from '../../src/terminal/telephony/sip/sdp/sdes.ts';
import { readAnswer, readOffer, remoteOf, writeAnswer } from '../../src/terminal/telephony/sip/sdp/sdp.ts';
import { UnusableSdp } from '../../src/terminal/telephony/sip/sdp/sdp-read.ts';
import { Random } from '../terminal/call/random.ts';
import { type Order, type Outcome, seedOf } from './outcome.ts';
import { inSteps } from './steps.ts';

/** Nobody listens here, whatever the port. */
const NOWHERE = '127.0.0.77';

const head = ['v=0', 'o=- 20518 1 IN IP4 203.0.113.1', 's=-', 'c=IN IP4 203.0.113.1', 't=0 0'];
/** As far ends write them. Each has PCMU, which needs no line of its own. */
const WHOLE: readonly (readonly string[])[] = [
  [
    ...head,
    'm=audio 49170 RTP/AVP 0 101',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:20',
    'a=sendrecv',
  ],
  [
    ...[
      ...head,
      'a=group:BUNDLE 0',
      'm=audio 49170 RTP/AVP 111 9 0 8 13 110 126',
      'b=AS:64',
      'a=rtcp:49171 IN IP4 203.0.113.1',
    ],
    ...[
      'a=rtpmap:111 opus/48000/2',
      'a=fmtp:111 minptime=10;useinbandfec=1',
      'a=rtpmap:9 G722/8000',
      'a=rtpmap:13 CN/8000',
    ],
    ...['a=rtpmap:110 telephone-event/48000', 'a=rtpmap:126 telephone-event/8000', 'a=maxptime:60', 'a=rtcp-mux'],
    ...[
      'a=rtcp-fb:111 transport-cc',
      'a=ssrc:1234 cname:x',
      'a=candidate:1 1 UDP 2130706431 203.0.113.1 49170 typ host',
    ],
  ],
  [
    ...['v=0', 'o=CiscoSystemsSIP-GW-UserAgent 1 2 IN IP4 203.0.113.1', 's=SIP Call', 'c=IN IP4 203.0.113.1', 't=0 0'],
    ...['m=audio 16384/2 RTP/AVP 18 0 96', 'c=IN IP4 203.0.113.2/127', 'a=rtpmap:18 G729/8000', 'a=fmtp:18 annexb=no'],
    ...[
      'a=rtpmap:0 PCMU',
      'a=rtpmap:96 telephone-event',
      'a=rtcp:16400',
      'm=video 0 RTP/AVP 31',
      'm=image 16390 udptl t38',
    ],
  ],
  [
    ...[
      ...head,
      'a=sendonly',
      'm=audio 49170 RTP/AVP 8 0 97',
      'a=rtpmap:97 telephone-event/16000',
      'a=maxptime:40',
      'a=ptime:30',
    ],
    ...['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20'],
  ],
];

const NUMBERS = [
  '',
  '0',
  '-1',
  '1',
  '127',
  '128',
  '65535',
  '65536',
  '4294967296',
  '99999999999999999999',
  '020',
  '1.5',
  '1e9',
  'NaN',
];
const PIECES = ['', ' ', '  ', '\t', '/', ':', '/0', ' 0', '\0', '\u00e9', '*', 'x', ' RTP/AVP', '__proto__'];

/** An SDP that is whole but for one place. Told with it: whether what is broken decides nothing, so that the call must be made. */
function broken(random: Random): { sdp: string; harmless: boolean } {
  const lines = [...random.pick(WHOLE)];
  const at = random.below(lines.length);
  const line = lines[at] ?? '';
  const numbers = [...line.matchAll(/\d+/g)];
  const spot = numbers.length > 0 ? random.pick(numbers) : null;
  const where = random.below(line.length + 1);
  const put = (...by: string[]) => lines.splice(at, 1, ...by);
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      if (spot) put(line.slice(0, spot.index) + random.pick(NUMBERS) + line.slice(spot.index + spot[0].length));
      break;
    case 3:
      put();
      break;
    case 4:
      put(line, line);
      break;
    case 5:
      put(line.slice(0, where));
      break;
    case 6:
      put(line.slice(0, where) + random.pick(PIECES) + line.slice(where));
      break;
    default:
      put();
      lines.splice(random.below(lines.length), 0, line);
  }
  return {
    sdp: `${lines.join('\r\n')}\r\n`,
    harmless: /^a=(?!rtpmap)|^[osbt]=/.test(line) && !lines.some((l) => /^[mc]=/.test(l) && !isWhole(l)),
  };
}

/** A line that one of the whole ones has. */
const isWhole = (line: string): boolean => WHOLE.some((lines) => lines.includes(line));

const isWithin = (n: number, least: number, most: number): boolean => Number.isInteger(n) && n >= least && n <= most;

/** What is wrong with what was read; null where media may use it as it is. */
function fault(remote: RemoteMedia): string | null {
  const { address, port, rtcpPort, format, receives, digits, receivesDigits, ptime } = remote;
  const types = [format, ...receives, ...receivesDigits, ...(digits ? [digits] : [])];
  if (isIP(address) === 0) return `address ${address}`;
  if (!isWithin(port, 1, 65_535)) return `port ${port}`;
  if (rtcpPort !== null && !isWithin(rtcpPort, 1, 65_535)) return `RTCP at ${rtcpPort}`;
  if (!types.every(({ payloadType }) => isWithin(payloadType, 0, 127))) return `payload types ${JSON.stringify(types)}`;
  if (![...receivesDigits, ...(digits ? [digits] : [])].every(({ clock }) => [8_000, 16_000, 48_000].includes(clock)))
    return 'a clock';
  return [10, 20, 30, 40, 60].includes(ptime) ? null : `packets of ${ptime} ms`;
}

/**
 * Gives `count` SDPs that are broken in one place, as answers and as offers, to the media of a call: each is of no use, or sound, keys
 * and RTCP go on by it. One that is broken where nothing is decided must be of use.
 */
export async function fuzzSdp(order: Order): Promise<Outcome> {
  const clock = { now: 0 };
  const ignore = () => undefined;
  const fail = (cause: unknown) => {
    throw cause;
  };
  const session = new Session(
    await bindPair('127.0.0.1'),
    { timeout: 30_000, now: () => clock.now },
    {
      digit: ignore,
      lost: ignore,
      quality: ignore,
      malformed: (_kind, detail) => fail(new Error(detail)),
      failed: fail,
    },
  );
  const frame = new Int16Array(320);
  try {
    return await inSteps(order, { step: 1, rest: 100 }, (n) => {
      const { sdp, harmless } = broken(new Random(seedOf(order.seed, n)));
      const remote = read(sdp, n % 2 === 0 ? 'answer' : 'offer', session.port);
      if (remote === null && harmless)
        throw new Error(`message ${n} is of no use though nothing that decides is broken:\n${sdp}`);
      if (remote === null) return;
      const wrong = fault(remote);
      if (wrong) throw new Error(`message ${n}: ${wrong} in\n${sdp}`);
      session.connect({ ...remote, address: NOWHERE });
      if (n % 4 < 2) session.press('1');
      // A report of RTCP is due within these, at the latest.
      for (const passed of [20, 20, 20, 20, 8_000, 20]) {
        clock.now += passed;
        session.receive(frame, clock.now);
        session.send(frame, clock.now);
      }
    });
  } finally {
    session.close();
  }
}

/** Null where it is of no use. */
function read(sdp: string, as: 'answer' | 'offer', port: number): RemoteMedia | null {
  const codecs = ['opus', 'G722', 'PCMU', 'PCMA'] as const;
  const local = { address: '127.0.0.1', port, codecs, srtp: 'off', keys: new OwnKeys(), id: 1, version: 1 } as const;
  try {
    if (as === 'answer') return readAnswer(sdp, local);
    const offer = readOffer(sdp, local);
    writeAnswer(local, offer);
    return remoteOf(offer, local);
  } catch (cause) {
    if (cause instanceof UnusableSdp) return null;
    throw cause;
  }
}
