import { isIP, isIPv6 } from 'node:net';
import { parse } from 'sdp-transform';
import { z } from 'zod';
import type { Codec, DigitFormat, Format, RemoteMedia } from '../../port.ts';
import { codecOf, digitClock, digitsBeside } from './sdp-format.ts';

/** An SDP we cannot talk by; its text says why. */
export class UnusableSdp extends Error {}

const PTIMES = [10, 20, 30, 40, 60] as const;

const MOST_PORT = 65_535;

/** A number as sdp-transform leaves it: a text where it has a leading zero, or nothing. */
const within = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
/** What cannot be read is as if it were not there: nobody's call is refused for a broken attribute. */
const Optional = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

const Connection = Optional(z.object({ ip: z.coerce.string() }));
const Direction = Optional(z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']));
const Milliseconds = Optional(z.coerce.number().min(1).max(1_000));
const Stream = z.object({
  type: z.string(),
  /** One that is no port is a stream that is refused. */
  port: within(0, MOST_PORT).catch(0),
  protocol: z.string(),
  payloads: z.coerce.string().default(''),
  rtp: z
    .array(
      z.object({
        payload: within(0, 127).catch(-1),
        codec: z.coerce.string().catch(''),
        // A clock that is given and is none is nobody's.
        rate: within(1, 1_000_000).optional().catch(0),
        encoding: Optional(within(1, 255)),
      }),
    )
    .default([]),
  connection: Connection,
  rtcp: Optional(z.object({ port: within(1, MOST_PORT) })),
  rtcpMux: Optional(z.coerce.string()),
  ptime: Milliseconds,
  maxptime: Milliseconds,
  direction: Direction,
});
const Session = z.object({
  media: z.array(Stream).min(1).max(20),
  connection: Connection,
  direction: Direction,
});

/** One stream of an SDP. */
export type Stream = z.infer<typeof Stream> & {
  readonly crypto: readonly string[];
  /** Where its media goes, as it or the whole SDP says. */
  readonly address: string;
};

/** The audio of an SDP apart from its keys. */
export type Audio = Omit<RemoteMedia, 'srtp' | 'receives' | 'receivesDigits'> & {
  /** What the far end takes that we can send, in its order. */
  readonly takes: readonly Format[];
  readonly takesDigits: readonly DigitFormat[];
};

/** A number of ports behind a port (RFC 8866 5.14), which sdp-transform does not know: the first is the one. */
const PORTS = /^(m=\w+ \d+)\/\d+ /gm;

/**
 * The streams of an SDP.
 * @throws UnusableSdp
 */
export function readStreams(text: string): Stream[] {
  const sdp = text.replace(PORTS, '$1 ');
  const result = Session.safeParse(parse(sdp));
  if (!result.success) throw new UnusableSdp('the SDP has no media that can be read');
  const { media, connection, direction } = result.data;
  // sdp-transform reads one parameter of a crypto line and drops the rest.
  const sections = sdp.split(/[\r\n]+(?=m=)/).slice(sdp.startsWith('m=') ? 0 : 1);
  return media.map((stream, at) => ({
    ...stream,
    crypto: (sections[at] ?? '').split(/[\r\n]+/).filter((line) => line.startsWith('a=crypto:')),
    address: (stream.connection ?? connection)?.ip.split('/')[0] ?? '',
    direction: stream.direction ?? direction,
  }));
}

/**
 * Where and how a stream is taken by who has `address` and `codecs`.
 * @throws UnusableSdp where there is no codec of ours, or no address that we reach.
 */
export function readAudio(stream: Stream, own: { address: string; codecs: readonly Codec[] }): Audio {
  const payloads = stream.payloads
    .split(/\s+/)
    .filter((payload) => /^\d{1,3}$/.test(payload))
    .map(Number);
  const mapOf = (payload: number) => stream.rtp.find((r) => r.payload === payload);
  const takes = payloads.flatMap((payloadType): Format[] => {
    const codec = payloadType > 127 ? null : codecOf(payloadType, mapOf(payloadType));
    return codec && own.codecs.includes(codec) ? [{ codec, payloadType }] : [];
  });
  const takesDigits = payloads.flatMap((payloadType): DigitFormat[] => {
    const clock = digitClock(mapOf(payloadType));
    return clock === null ? [] : [{ payloadType, clock }];
  });
  const [format] = takes;
  if (!format) throw new UnusableSdp(`none of ${own.codecs.join(', ')} in the SDP`);
  const { address, port } = stream;
  if (!isIP(address)) throw new UnusableSdp('no IP address for the audio in the SDP');
  if (isIPv6(address) !== isIPv6(own.address)) throw new UnusableSdp('the audio of the SDP is in the other IP');
  const said = stream.direction ?? 'sendrecv';
  // Hold as before RFC 3264: an address of zero takes nothing.
  const deaf = address === '0.0.0.0' || address === '::';
  return {
    address,
    port,
    rtcpPort: rtcpPort(stream),
    format,
    takes,
    takesDigits,
    digits: digitsBeside(format.codec, takesDigits),
    ptime: packetTime(stream, format.codec),
    direction: !deaf ? said : said === 'sendrecv' || said === 'sendonly' ? 'sendonly' : 'inactive',
  };
}

/** RTP's own where the two share one (RFC 5761), what is said (RFC 3605), or the next (RFC 3550 11), where there is one. */
function rtcpPort({ port, rtcp, rtcpMux }: Stream): number | null {
  if (rtcpMux !== undefined) return port;
  return rtcp?.port ?? (port < MOST_PORT ? port + 1 : null);
}

/** The longest we can send of those it takes; Opus has no frame of 30 ms (RFC 7587 3.1). */
function packetTime(stream: Stream, codec: Codec): number {
  const wanted = Math.min(stream.ptime ?? 20, stream.maxptime ?? 60);
  return PTIMES.findLast((p) => p <= wanted && !(codec === 'opus' && p === 30)) ?? 10;
}
