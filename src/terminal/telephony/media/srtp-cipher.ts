import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { SrtpSuite } from '../port.ts';
import { type StreamKeys, SUITES, type Suite } from './srtp-suite.ts';

/** Which packet it is: `index` of 48 bits is rollover counter and sequence number (RFC 3711 section 3.3.1), of RTCP 31 bits. */
export interface PacketId {
  ssrc: number;
  index: number;
}

/**
 * Protects and opens the packets of one stream, RTP or RTCP, in place. `from` is where what is encrypted begins; all before is
 * authenticated as it stands.
 */
export interface StreamCipher {
  /** Protects `data[0, to)`, which has room after it; returns the new end. */
  sealRtp(data: Buffer, from: number, to: number, id: PacketId): number;
  /** Opens `data`; returns the end of what was protected, or -1 where it is not authentic and nothing is changed. */
  openRtp(data: Buffer, from: number, id: PacketId): number;
  sealRtcp(data: Buffer, to: number, id: PacketId): number;
  openRtcp(data: Buffer, id: PacketId): number;
}

/** An RTCP packet's header and SSRC, which stay readable. */
const RTCP_HEAD = 8;
/** The E flag and index that SRTCP puts after the packet (RFC 3711 section 3.4). */
export const RTCP_WORD = 4;
const ENCRYPTED = 0x80000000;

export function streamCipher(name: SrtpSuite, keys: StreamKeys): StreamCipher {
  const suite = SUITES[name];
  return suite.mode === 'cm' ? new CounterCipher(suite, keys) : new GaloisCipher(suite, keys);
}

/** XORs the SSRC and the index, at its last byte, into a block made of the salt. */
function mixIn(block: Buffer, ssrcAt: number, indexEnd: number, { ssrc, index }: PacketId): void {
  block.writeUInt32BE((block.readUInt32BE(ssrcAt) ^ ssrc) >>> 0, ssrcAt);
  let rest = index;
  for (let at = indexEnd; at > indexEnd - 6; at--) {
    block[at] = (block[at] as number) ^ (rest % 256);
    rest = Math.floor(rest / 256);
  }
}

/** AES in counter mode, authenticated by HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1). */
class CounterCipher implements StreamCipher {
  readonly #suite: Suite;
  readonly #key: KeyObject;
  readonly #auth: KeyObject;
  readonly #salt: Buffer;
  readonly #block = Buffer.alloc(16);
  readonly #rollover = Buffer.alloc(4);

  constructor(suite: Suite, keys: StreamKeys) {
    this.#suite = suite;
    this.#key = createSecretKey(keys.cipher);
    this.#auth = createSecretKey(keys.auth);
    this.#salt = keys.salt;
  }

  sealRtp(data: Buffer, from: number, to: number, id: PacketId): number {
    this.#crypt(data, from, to, id);
    return this.#tag(data, to, id).copy(data, to, 0, this.#suite.tag) + to;
  }

  openRtp(data: Buffer, from: number, id: PacketId): number {
    const to = data.length - this.#suite.tag;
    if (to < from || !same(this.#tag(data, to, id), data.subarray(to))) return -1;
    this.#crypt(data, from, to, id);
    return to;
  }

  sealRtcp(data: Buffer, to: number, id: PacketId): number {
    this.#crypt(data, RTCP_HEAD, to, id);
    const end = data.writeUInt32BE(ENCRYPTED + id.index, to);
    return this.#tag(data, end, null).copy(data, end, 0, this.#suite.rtcpTag) + end;
  }

  openRtcp(data: Buffer, id: PacketId): number {
    const end = data.length - this.#suite.rtcpTag;
    const to = end - RTCP_WORD;
    if (to < RTCP_HEAD || !same(this.#tag(data, end, null), data.subarray(end))) return -1;
    this.#crypt(data, RTCP_HEAD, to, id);
    return to;
  }

  /** Encrypts and decrypts: it is the same. */
  #crypt(data: Buffer, from: number, to: number, id: PacketId): void {
    this.#block.fill(0);
    this.#block.set(this.#salt);
    mixIn(this.#block, 4, 13, id);
    createCipheriv('aes-128-ctr', this.#key, this.#block).update(data.subarray(from, to)).copy(data, from);
  }

  /** RTP is authenticated with its rollover counter, RTCP has its index in the packet. */
  #tag(data: Buffer, to: number, rtp: PacketId | null): Buffer {
    const hmac = createHmac('sha1', this.#auth).update(data.subarray(0, to));
    if (!rtp) return hmac.digest();
    this.#rollover.writeUInt32BE(Math.floor(rtp.index / 0x10000));
    return hmac.update(this.#rollover).digest();
  }
}

/** AES in Galois/counter mode (RFC 7714 sections 8 and 9). */
class GaloisCipher implements StreamCipher {
  readonly #suite: Suite;
  readonly #key: KeyObject;
  readonly #salt: Buffer;
  readonly #iv = Buffer.alloc(12);
  /** Of RTCP: header, SSRC, E flag and index. */
  readonly #rtcpHead = Buffer.alloc(RTCP_HEAD + RTCP_WORD);

  constructor(suite: Suite, keys: StreamKeys) {
    this.#suite = suite;
    this.#key = createSecretKey(keys.cipher);
    this.#salt = keys.salt;
  }

  sealRtp(data: Buffer, from: number, to: number, id: PacketId): number {
    return this.#seal(data, from, to, data.subarray(0, from), id);
  }

  openRtp(data: Buffer, from: number, id: PacketId): number {
    return this.#open(data, from, data.length, data.subarray(0, from), id);
  }

  sealRtcp(data: Buffer, to: number, id: PacketId): number {
    const end = this.#seal(data, RTCP_HEAD, to, this.#head(data, id), id);
    return data.writeUInt32BE(ENCRYPTED + id.index, end);
  }

  openRtcp(data: Buffer, id: PacketId): number {
    return this.#open(data, RTCP_HEAD, data.length - RTCP_WORD, this.#head(data, id), id);
  }

  #seal(data: Buffer, from: number, to: number, head: Buffer, id: PacketId): number {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#vector(id));
    cipher.setAAD(head);
    cipher.update(data.subarray(from, to)).copy(data, from);
    cipher.final();
    return to + cipher.getAuthTag().copy(data, to);
  }

  #open(data: Buffer, from: number, end: number, head: Buffer, id: PacketId): number {
    const to = end - this.#suite.tag;
    if (to < from) return -1;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#vector(id));
    decipher.setAAD(head);
    decipher.setAuthTag(data.subarray(to, end));
    const plain = decipher.update(data.subarray(from, to));
    try {
      decipher.final();
    } catch {
      // How node:crypto says that the tag is wrong.
      return -1;
    }
    plain.copy(data, from);
    return to;
  }

  #head(data: Buffer, id: PacketId): Buffer {
    data.copy(this.#rtcpHead, 0, 0, RTCP_HEAD);
    this.#rtcpHead.writeUInt32BE(ENCRYPTED + id.index, RTCP_HEAD);
    return this.#rtcpHead;
  }

  #vector(id: PacketId): Buffer {
    this.#iv.set(this.#salt);
    mixIn(this.#iv, 2, 11, id);
    return this.#iv;
  }
}

/** True where `tag` is the start of `whole`. */
const same = (whole: Buffer, tag: Buffer): boolean => timingSafeEqual(whole.subarray(0, tag.length), tag);
