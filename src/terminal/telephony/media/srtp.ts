import type { SrtpSuite } from '../port.ts';
import { ReplayWindow } from './replay-window.ts';
import { headerLength } from './rtp.ts';
import { type PacketId, RTCP_WORD, type StreamCipher, streamCipher } from './srtp-cipher.ts';
import { deriveKeys, SUITES } from './srtp-suite.ts';

/** Most bytes that protection puts behind a packet: a tag of 16, and of RTCP its index. */
export const SRTP_ROOM = 20;

/** Packets a master key may protect (RFC 3711 section 9.2). */
const MOST_RTP = 2 ** 48;
const MOST_RTCP = 2 ** 31;

/** Sources remembered: only the holder of the key can add one. */
const SOURCES = 8;

/** A key for one direction: its suite, and master key and salt as `inline:` has them. */
export interface SrtpKey {
  suite: SrtpSuite;
  master: Uint8Array;
}

/** Protects what we send with one key (RFC 3711). */
export class SrtpSender {
  readonly #rtp: StreamCipher;
  readonly #rtcp: StreamCipher;
  #rollover: number;
  #last: number | null = null;
  #rtcpIndex: number;

  /** `start` is where the counters of an earlier key have come to. Throws where the key is not as long as its suite wants. */
  constructor({ suite, master }: SrtpKey, start: { rollover?: number; rtcpIndex?: number } = {}) {
    const keys = deriveKeys(suite, master);
    this.#rtp = streamCipher(suite, keys.rtp);
    this.#rtcp = streamCipher(suite, keys.rtcp);
    this.#rollover = start.rollover ?? 0;
    this.#rtcpIndex = start.rtcpIndex ?? 0;
  }

  /** How often the sequence number has gone round. */
  get rollover(): number {
    return this.#rollover;
  }

  /**
   * Protects an RTP packet of `length` bytes in `packet`, which has SRTP_ROOM after it. Packets come in the order of their sequence
   * numbers. Returns the new length, 0 where the key has protected all it may.
   */
  protect(packet: Buffer, length: number): number {
    const sequence = packet.readUInt16BE(2);
    if (this.#last !== null && sequence < this.#last) this.#rollover += 1;
    this.#last = sequence;
    const index = this.#rollover * 0x10000 + sequence;
    if (index >= MOST_RTP) return 0;
    return this.#rtp.sealRtp(packet, headerLength(packet), length, { ssrc: packet.readUInt32BE(8), index });
  }

  /** The same of a compound RTCP packet. */
  protectRtcp(packet: Buffer, length: number): number {
    if (this.#rtcpIndex >= MOST_RTCP) return 0;
    const id = { ssrc: packet.readUInt32BE(4), index: this.#rtcpIndex };
    this.#rtcpIndex += 1;
    return this.#rtcp.sealRtcp(packet, length, id);
  }
}

/** What became of a packet that was to be opened. */
export type Opened = Buffer | 'unauthentic' | 'replayed';

/** Opens what the far end protected with one key. Any bytes may come. */
export class SrtpReceiver {
  readonly #tag: number;
  readonly #rtcpTag: number;
  readonly #rtp: StreamCipher;
  readonly #rtcp: StreamCipher;
  readonly #sources = new Map<number, ReplayWindow>();
  readonly #rtcpSources = new Map<number, ReplayWindow>();
  readonly #before: SrtpReceiver | null;

  /**
   * `before` had the key before this one: a far end goes on with its rollover counter (RFC 3711 section 3.3.1) or begins at 0.
   * Throws where the key is not as long as its suite wants.
   */
  constructor({ suite, master }: SrtpKey, before: SrtpReceiver | null = null) {
    const keys = deriveKeys(suite, master);
    this.#tag = SUITES[suite].tag;
    this.#rtcpTag = SUITES[suite].rtcpTag;
    this.#rtp = streamCipher(suite, keys.rtp);
    this.#rtcp = streamCipher(suite, keys.rtcp);
    this.#before = before;
  }

  /** Opens an RTP packet in place; what is returned is a view into `data`. */
  open(data: Buffer): Opened {
    const from = headerLength(data);
    if (from < 0 || from + this.#tag > data.length) return 'unauthentic';
    const ssrc = data.readUInt32BE(8);
    const sequence = data.readUInt16BE(2);
    const known = this.#sources.get(ssrc);
    for (const index of this.#guesses(known, ssrc, sequence)) {
      if (known && !known.isNew(index)) return 'replayed';
      const end = this.#rtp.openRtp(data, from, { ssrc, index });
      if (end < 0) continue;
      remember(this.#sources, { ssrc, index });
      return data.subarray(0, end);
    }
    return 'unauthentic';
  }

  /** Opens a compound RTCP packet in place. One that is not encrypted is none of ours. */
  openRtcp(data: Buffer): Opened {
    if (data.length < 8 + RTCP_WORD + this.#rtcpTag) return 'unauthentic';
    const at = data.length - RTCP_WORD - (this.#rtcpTag === 16 ? 0 : this.#rtcpTag);
    const word = data.readUInt32BE(at);
    if (word < MOST_RTCP) return 'unauthentic';
    const id = { ssrc: data.readUInt32BE(4), index: word - MOST_RTCP };
    if (this.#rtcpSources.get(id.ssrc)?.isNew(id.index) === false) return 'replayed';
    const end = this.#rtcp.openRtcp(data, id);
    if (end < 0) return 'unauthentic';
    remember(this.#rtcpSources, id);
    return data.subarray(0, end);
  }

  /** The indexes a packet may have: the nearest to the newest, or of a new source what it began with. */
  *#guesses(known: ReplayWindow | undefined, ssrc: number, sequence: number): Generator<number> {
    if (known) {
      const index = nearest(known.highest, sequence);
      if (index >= 0) yield index;
      return;
    }
    const before = this.#before === null ? undefined : this.#before.#sources.get(ssrc);
    const carried = before ? nearest(before.highest, sequence) : 0;
    if (carried > 0xffff) yield carried;
    yield sequence;
  }
}

/** The index of `sequence` that is nearest to `highest` (RFC 3711 section 3.3.1); negative where there is none. */
function nearest(highest: number, sequence: number): number {
  const ahead = ((sequence - highest) << 16) >> 16;
  return highest + ahead;
}

function remember(sources: Map<number, ReplayWindow>, { ssrc, index }: PacketId): void {
  let window = sources.get(ssrc);
  if (!window) {
    const [oldest] = sources.keys();
    if (sources.size >= SOURCES && oldest !== undefined) sources.delete(oldest);
    window = new ReplayWindow();
    sources.set(ssrc, window);
  }
  window.add(index);
}
