import { isIPv6 } from 'node:net';
import { type MediaDescription, write } from 'sdp-transform';
import type { Codec, DigitFormat, Format, RemoteMedia } from '../../port.ts';

import {
  answeredLine,
  type Chosen,
  type CryptoLine,
  chooseAnswered,
  chooseOffered,
  keysOf,
  type OwnKeys,
  offeredLines,
  type SrtpPolicy,
} from './sdes.ts';
import { formatLines, offered, offeredDigits } from './sdp-format.ts';
import { type Audio, readAudio, readStreams, type Stream, UnusableSdp } from './sdp-read.ts';

/** Our own side of an offer or answer. */
export interface LocalMedia {
  readonly address: string;
  readonly port: number;
  readonly codecs: readonly Codec[];
  readonly srtp: SrtpPolicy;
  readonly keys: OwnKeys;
  /** o= line: id of the session, and a version that grows with each description that differs (RFC 3264 8). */
  readonly id: number;
  readonly version: number;
}

/** An offer of the far end, read and found good. */
export interface Offer {
  readonly streams: readonly Stream[];
  /** The stream we take. */
  readonly at: number;
  readonly audio: Audio;
  readonly chosen: Chosen | null;
}

/** Our offer: every codec we take, keys by telephone-event (RFC 4733), and encryption as the policy has it (RFC 4568). */
export function writeOffer(local: LocalMedia): string {
  return describe(local, [
    audioLine(local, {
      protocol: local.srtp === 'required' ? 'RTP/SAVP' : 'RTP/AVP',
      formats: local.codecs.map(offered),
      digits: offeredDigits(local.codecs),
      ptime: 20,
      direction: 'sendrecv',
      crypto: local.srtp === 'off' ? [] : offeredLines(local.keys),
      mux: true,
    }),
  ]);
}

/**
 * The answer to our offer.
 * @throws UnusableSdp where there is no audio in the terms we offered.
 */
export function readAnswer(sdp: string, local: LocalMedia): RemoteMedia {
  const { stream, chosen } = pick(readStreams(sdp), local, chooseAnswered);
  const { takes, takesDigits, ...audio } = readAudio(stream, local);
  return { ...audio, ...received(local, { takes, takesDigits }), srtp: chosen && keysOf(chosen, local.keys) };
}

/**
 * What an answer leaves open to be sent to us: all that we offered, by our numbers (RFC 3264 5.1), and by the far end's own, as many
 * send. A number with two meanings has ours where the far end took that, and its own where not.
 */
function received(
  local: LocalMedia,
  { takes, takesDigits }: Pick<Audio, 'takes' | 'takesDigits'>,
): Pick<RemoteMedia, 'receives' | 'receivesDigits'> {
  const theirs = new Set([...takes, ...takesDigits].map(({ payloadType }) => payloadType));
  const sound = local.codecs
    .map(offered)
    .filter((o) => !theirs.has(o.payloadType) || takes.some(({ codec }) => codec === o.codec));
  const digits = offeredDigits(local.codecs).filter(
    (o) => !theirs.has(o.payloadType) || takesDigits.some(({ clock }) => clock === o.clock),
  );
  const ours = new Set([...sound, ...digits].map(({ payloadType }) => payloadType));
  return {
    receives: [...sound, ...takes.filter(({ payloadType }) => !ours.has(payloadType))],
    receivesDigits: [...digits, ...takesDigits.filter(({ payloadType }) => !ours.has(payloadType))],
  };
}

/**
 * An offer of the far end. What its keys are is told with the answer, since ours may change first.
 * @throws UnusableSdp where it has no audio we can take.
 */
export function readOffer(sdp: string, local: LocalMedia): Offer {
  const streams = readStreams(sdp);
  const { stream, chosen } = pick(streams, local, chooseOffered);
  return { streams, at: streams.indexOf(stream), audio: readAudio(stream, local), chosen };
}

/** What was agreed on by answering an offer: its one codec. Keys may come by any of its numbers. */
export function remoteOf({ audio, chosen }: Offer, local: LocalMedia): RemoteMedia {
  const { takes: _, takesDigits: receivesDigits, ...agreed } = audio;
  return { ...agreed, receives: [audio.format], receivesDigits, srtp: chosen && keysOf(chosen, local.keys) };
}

/** Our answer: the one codec chosen, every other stream refused (RFC 3264 6). */
export function writeAnswer(local: LocalMedia, { streams, at, audio, chosen }: Offer): string {
  const lines = streams.map((stream, i) =>
    i === at
      ? audioLine(local, {
          protocol: stream.protocol,
          formats: [audio.format],
          digits: audio.digits ? [audio.digits] : [],
          ptime: audio.ptime,
          direction: mirrored(audio.direction),
          crypto: chosen ? [answeredLine(chosen, local.keys)] : [],
          mux: stream.rtcpMux !== undefined,
        })
      : {
          type: stream.type,
          port: 0,
          protocol: stream.protocol,
          payloads: visible(stream.payloads),
          rtp: [],
          fmtp: [],
        },
  );
  return describe(local, lines);
}

/** What a refused stream lists is given back, but for what no SDP may have there. */
function visible(payloads: string): string {
  return payloads.replace(/[^\x20-\x7e]/g, '').trim() || '0';
}

/** The first audio stream that goes with the policy, with its keys; one that is encrypted where there is a choice. */
function pick(streams: readonly Stream[], { srtp, keys }: LocalMedia, choose: typeof chooseOffered) {
  const audio = streams.filter((s) => s.type === 'audio' && s.port > 0);
  let plain: Stream | null = null;
  for (const stream of audio) {
    const protocol = stream.protocol.toUpperCase();
    const secure = protocol === 'RTP/SAVP';
    if (!secure && protocol !== 'RTP/AVP') continue;
    const chosen = srtp === 'off' ? null : choose(stream.crypto, keys);
    if (chosen) return { stream, chosen };
    if (!secure && srtp !== 'required') plain ??= stream;
  }
  if (plain) return { stream: plain, chosen: null };
  throw new UnusableSdp(
    srtp === 'required' ? 'no audio with a key we can use in the SDP' : 'no audio over RTP/AVP in the SDP',
  );
}

function mirrored(direction: RemoteMedia['direction']): RemoteMedia['direction'] {
  return direction === 'sendonly' ? 'recvonly' : direction === 'recvonly' ? 'sendonly' : direction;
}

interface AudioLine {
  readonly protocol: string;
  readonly formats: readonly Format[];
  readonly digits: readonly DigitFormat[];
  readonly ptime: number;
  readonly direction: RemoteMedia['direction'];
  readonly crypto: CryptoLine[];
  readonly mux: boolean;
}

function audioLine(local: LocalMedia, line: AudioLine): MediaDescription {
  return {
    type: 'audio',
    port: local.port,
    protocol: line.protocol,
    ...formatLines(line.formats, line.digits),
    ...(line.mux ? { rtcpMux: 'rtcp-mux' } : {}),
    ...(line.crypto.length > 0 ? { crypto: line.crypto } : {}),
    ptime: line.ptime,
    maxptime: 60,
    direction: line.direction,
  };
}

function describe(local: LocalMedia, media: MediaDescription[]): string {
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
