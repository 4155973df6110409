import { isIP, isIPv6 } from 'node:net';
import { parse, write } from 'sdp-transform';
import { z } from 'zod';
import type { Codec, Format, RemoteMedia } from '../port.ts';

/** An SDP we cannot talk by; its text says why. */
export class UnusableSdp extends Error {}

/** Our own side of an offer or answer. */
export interface LocalMedia {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly Codec[];
  /** o= line: id of the session, and a version that grows with each description (RFC 8866 5.2). */
  readonly id: number;
  readonly version: number;
}

const PAYLOAD: Readonly<Record<Codec, number>> = { PCMU: 0, PCMA: 8, G722: 9, opus: 96 };
const DIGITS = 101;
const PTIMES = [10, 20, 30, 40, 60] as const;

const Connection = z.object({ ip: z.string() });
const Direction = z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']);
const Media = z.object({
  type: z.string(),
  port: z.int().min(0).max(65_535),
  protocol: z.string(),
  payloads: z.coerce.string().default(''),
  rtp: z.array(z.object({ payload: z.number(), codec: z.string(), rate: z.number().optional() })).default([]),
  connection: Connection.optional(),
  ptime: z.number().optional(),
  maxptime: z.number().optional(),
  direction: Direction.optional(),
});
const Session = z.object({
  media: z.array(Media).min(1).max(20),
  connection: Connection.optional(),
  direction: Direction.optional(),
});
type Media = z.infer<typeof Media>;

/** Our offer: every codec we take, and telephone-event (RFC 4733). */
export function writeOffer(local: LocalMedia): string {
  return describe(local, [
    audioLine(
      local,
      local.codecs.map((codec) => [PAYLOAD[codec], codec]),
      DIGITS,
      20,
      'sendrecv',
    ),
  ]);
}

/**
 * Our answer to `offer`, of which `remote` was read: the one codec chosen, every other stream refused (RFC 3264 6).
 * @throws UnusableSdp
 */
export function writeAnswer(local: LocalMedia, offer: string, remote: RemoteMedia): string {
  const { media } = readSession(offer);
  const chosen = media.findIndex(isAudio);
  const lines = media.map((m, i) =>
    i === chosen
      ? audioLine(
          local,
          [[remote.format.payloadType, remote.format.codec]],
          remote.digitPayloadType,
          remote.ptime,
          mirrored(remote.direction),
        )
      : { type: m.type, port: 0, protocol: m.protocol, payloads: m.payloads, rtp: [], fmtp: [] },
  );
  return describe(local, lines);
}

/**
 * Where and how the far end takes its media.
 * @throws UnusableSdp where there is no audio, no codec of ours or no address.
 */
export function readRemote(sdp: string, codecs: readonly Codec[]): RemoteMedia {
  const session = readSession(sdp);
  const audio = session.media.find(isAudio);
  if (!audio) throw new UnusableSdp('no audio over RTP/AVP in the SDP');
  const payloads = audio.payloads.split(/\s+/).map(Number);
  const nameOf = (payload: number) => mapping(audio, payload);
  const receives = payloads.flatMap((payloadType): Format[] => {
    const codec = codecs.find((c) => c === nameOf(payloadType));
    return codec ? [{ codec, payloadType }] : [];
  });
  const [format] = receives;
  if (!format) throw new UnusableSdp(`none of ${codecs.join(', ')} in the SDP`);
  const address = (audio.connection ?? session.connection)?.ip.split('/')[0] ?? '';
  if (!isIP(address)) throw new UnusableSdp('no IP address for the audio in the SDP');
  const said = audio.direction ?? session.direction ?? 'sendrecv';
  // Hold as before RFC 3264: an address of zero takes nothing.
  const deaf = address === '0.0.0.0' || address === '::';
  return {
    address,
    port: audio.port,
    rtcpPort: audio.port + 1,
    format,
    receives,
    digitPayloadType: payloads.find((p) => nameOf(p) === 'TELEPHONE-EVENT') ?? null,
    ptime: packetTime(audio),
    direction: !deaf ? said : said === 'sendrecv' || said === 'sendonly' ? 'sendonly' : 'inactive',
    srtp: null,
  };
}

function readSession(sdp: string): z.infer<typeof Session> {
  const result = Session.safeParse(parse(sdp));
  if (!result.success) throw new UnusableSdp('the SDP has no media that can be read');
  return result.data;
}

function isAudio(media: Media): boolean {
  return media.type === 'audio' && media.port > 0 && media.protocol.toUpperCase() === 'RTP/AVP';
}

/** Name of a payload type at 8 kHz; the static ones need no rtpmap (RFC 3551 6). */
function mapping(audio: Media, payload: number): string | undefined {
  const said = audio.rtp.find((r) => r.payload === payload);
  if (said) return said.rate === 8_000 ? said.codec.toUpperCase() : undefined;
  return payload === PAYLOAD.PCMU ? 'PCMU' : payload === PAYLOAD.PCMA ? 'PCMA' : undefined;
}

function packetTime(audio: Media): number {
  const wanted = Math.min(audio.ptime ?? 20, audio.maxptime ?? 60);
  return PTIMES.findLast((p) => p <= wanted) ?? 20;
}

function mirrored(direction: RemoteMedia['direction']): RemoteMedia['direction'] {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}

function audioLine(
  local: LocalMedia,
  codecs: readonly (readonly [number, Codec])[],
  digits: number | null,
  ptime: number,
  direction: RemoteMedia['direction'],
) {
  const events = digits === null ? [] : [{ payload: digits, codec: 'telephone-event', rate: 8_000 }];
  const rtp = [...codecs.map(([payload, codec]) => ({ payload, codec, rate: 8_000 })), ...events];
  return {
    type: 'audio',
    port: local.port,
    protocol: 'RTP/AVP',
    payloads: rtp.map((r) => r.payload).join(' '),
    rtp,
    fmtp: events.map(({ payload }) => ({ payload, config: '0-15' })),
    ptime,
    direction,
  };
}

function describe(local: LocalMedia, media: Parameters<typeof write>[0]['media']): string {
  const ipVer = isIPv6(local.address) ? 6 : 4;
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: local.id,
      sessionVersion: local.version,
      netType: 'IN',
      ipVer,
      address: local.address,
    },
    name: '-',
    connection: { version: ipVer, ip: local.address },
    timing: { start: 0, stop: 0 },
    media,
  });
}
