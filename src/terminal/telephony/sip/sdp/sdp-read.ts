import { isIP } from 'node:net';
import { parse } from 'sdp-transform';
import { z } from 'zod';
import type { Codec, Format, RemoteMedia } from '../../port.ts';
import { codecOf, isDigits } from './sdp-format.ts';

/** An SDP we cannot talk by; its text says why. */
export class UnusableSdp extends Error {}

const PTIMES = [10, 20, 30, 40, 60] as const;

const Connection = z.object({ ip: z.string() });
const Direction = z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
const Port = z.int().min(0).max(65_535);
const Stream = z.object({
  type: z.string(),
  port: Port,
  protocol: z.string(),
  payloads: z.coerce.string().default(''),
  rtp: z
    .array(
      z.object({
        payload: z.number(),
        codec: z.string(),
        rate: z.number().optional(),
        encoding: z.number().optional(),
      }),
    )
    .default([]),
  connection: Connection.optional(),
  rtcp: z.object({ port: Port }).optional(),
  rtcpMux: z.string().optional(),
  ptime: z.number().optional(),
  maxptime: z.number().optional(),
  direction: Direction.optional(),
});
const Session = z.object({
  media: z.array(Stream).min(1).max(20),
  connection: Connection.optional(),
  direction: Direction.optional(),
});

/** One stream of an SDP. */
export type Stream = z.infer<typeof Stream> & {
  readonly crypto: readonly string[];
  /** Where its media goes, as it or the whole SDP says. */
  readonly address: string;
};

/** The audio of an SDP apart from its keys. */
export type Audio = Omit<RemoteMedia, 'srtp' | 'receives'> & {
  /** What the far end takes that we can send, in its order. */
  readonly takes: readonly Format[];
};

/**
 * The streams of an SDP.
 * @throws UnusableSdp
 */
export function readStreams(sdp: string): Stream[] {
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
 * Where and how a stream is taken.
 * @throws UnusableSdp where there is no codec of ours or no address.
 */
export function readAudio(stream: Stream, codecs: readonly Codec[]): Audio {
  const payloads = stream.payloads.split(/\s+/).map(Number);
  const mapOf = (payload: number) => stream.rtp.find((r) => r.payload === payload);
  const takes = payloads.flatMap((payloadType): Format[] => {
    const codec = codecOf(payloadType, mapOf(payloadType));
    return codec && codecs.includes(codec) ? [{ codec, payloadType }] : [];
  });
  const [format] = takes;
  if (!format) throw new UnusableSdp(`none of ${codecs.join(', ')} in the SDP`);
  const { address, port } = stream;
  if (!isIP(address)) throw new UnusableSdp('no IP address for the audio in the SDP');
  const said = stream.direction ?? 'sendrecv';
  // Hold as before RFC 3264: an address of zero takes nothing.
  const deaf = address === '0.0.0.0' || address === '::';
  return {
    address,
    port,
    rtcpPort: stream.rtcpMux === undefined ? (stream.rtcp?.port ?? port + 1) : port,
    format,
    takes,
    digitPayloadType: payloads.find((p) => isDigits(mapOf(p))) ?? null,
    ptime: packetTime(stream, format.codec),
    direction: !deaf ? said : said === 'sendrecv' || said === 'sendonly' ? 'sendonly' : 'inactive',
  };
}

/** The longest we can send of those it takes; Opus has no frame of 30 ms (RFC 7587 3.1). */
function packetTime(stream: Stream, codec: Codec): number {
  const wanted = Math.min(stream.ptime ?? 20, stream.maxptime ?? 60);
  return PTIMES.findLast((p) => p <= wanted && !(codec === 'opus' && p === 30)) ?? 20;
}
