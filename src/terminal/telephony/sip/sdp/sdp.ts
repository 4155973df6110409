import { isIPv6 } from 'node:net';
import { type MediaDescription, write } from 'sdp-transform';
import type { Codec, Format, RemoteMedia } from '../../port.ts';

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
import { DIGITS, formatLines, offered } from './sdp-format.ts';
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
      digits: DIGITS,
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
  const { takes, ...audio } = readAudio(stream, local.codecs);
  const ours = local.codecs.map(offered).filter((f) => f.payloadType !== audio.digitPayloadType);
  // It may send all that we offered, by our numbers; and some send by their own.
  const theirs = takes.filter((f) => !ours.some((o) => o.payloadType === f.payloadType));
  return { ...audio, receives: [...ours, ...theirs], srtp: chosen && keysOf(chosen, local.keys) };
}

/**
 * An offer of the far end. What its keys are is told with the answer, since ours may change first.
 * @throws UnusableSdp where it has no audio we can take.
 */
export function readOffer(sdp: string, local: LocalMedia): Offer {
  const streams = readStreams(sdp);
  const { stream, chosen } = pick(streams, local, chooseOffered);
  return { streams, at: streams.indexOf(stream), audio: readAudio(stream, local.codecs), chosen };
}

/** What was agreed on by answering an offer: its one codec. */
export function remoteOf({ audio: { takes: _, ...audio }, chosen }: Offer, local: LocalMedia): RemoteMedia {
  return { ...audio, receives: [audio.format], srtp: chosen && keysOf(chosen, local.keys) };
}

/** Our answer: the one codec chosen, every other stream refused (RFC 3264 6). */
export function writeAnswer(local: LocalMedia, { streams, at, audio, chosen }: Offer): string {
  const lines = streams.map((stream, i) =>
    i === at
      ? audioLine(local, {
          protocol: stream.protocol,
          formats: [audio.format],
          digits: audio.digitPayloadType,
          ptime: audio.ptime,
          direction: mirrored(audio.direction),
          crypto: chosen ? [answeredLine(chosen, local.keys)] : [],
          mux: stream.rtcpMux !== undefined,
        })
      : { type: stream.type, port: 0, protocol: stream.protocol, payloads: stream.payloads, rtp: [], fmtp: [] },
  );
  return describe(local, lines);
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
  readonly digits: number | null;
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
