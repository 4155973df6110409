import { createCipheriv } from 'node:crypto';
import type { SrtpSuite } from '../port.ts';

/** What a crypto suite is made of; lengths in bytes. */
export interface Suite {
  /** Of both ciphers: counter mode with an HMAC, or Galois/counter mode. */
  readonly mode: 'cm' | 'gcm';
  readonly key: number;
  readonly salt: number;
  /** Authentication tag of an RTP packet; of RTCP it is never the short one. */
  readonly tag: number;
  readonly rtcpTag: number;
}

/** RFC 4568 section 6.2, RFC 7714 section 12. */
export const SUITES: Readonly<Record<SrtpSuite, Suite>> = {
  AES_CM_128_HMAC_SHA1_80: { mode: 'cm', key: 16, salt: 14, tag: 10, rtcpTag: 10 },
  AES_CM_128_HMAC_SHA1_32: { mode: 'cm', key: 16, salt: 14, tag: 4, rtcpTag: 10 },
  AEAD_AES_256_GCM: { mode: 'gcm', key: 32, salt: 12, tag: 16, rtcpTag: 16 },
};

/** The keys of one direction's RTP, or of its RTCP. */
export interface StreamKeys {
  cipher: Buffer;
  salt: Buffer;
  /** HMAC-SHA1; unused in Galois/counter mode. */
  auth: Buffer;
}

/** Bytes of an HMAC-SHA1 key (RFC 3711 section 5.2). */
const AUTH = 20;

/** `length` bytes out of a master key by the AES-CM function of RFC 3711 section 4.3.3 (of 256 bits: RFC 6188). */
export function derive(key: Uint8Array, salt: Uint8Array, label: number, length: number): Buffer {
  // A salt of 12 bytes is filled up with zeros to 14 (RFC 7714 section 11).
  const block = Buffer.alloc(16);
  block.set(salt);
  block[7] = (block[7] as number) ^ label;
  return createCipheriv(`aes-${8 * key.length}-ctr`, key, block).update(Buffer.alloc(length));
}

/**
 * The keys that come of a master key with its salt after it, at a key derivation rate of 0 (RFC 3711 section 4.3.1).
 * Throws where the length is not the suite's.
 */
export function deriveKeys(name: SrtpSuite, master: Uint8Array): { rtp: StreamKeys; rtcp: StreamKeys } {
  const suite = SUITES[name];
  if (master.length !== suite.key + suite.salt) {
    throw new Error(`SRTP: a key of ${master.length} bytes, ${name} takes ${suite.key + suite.salt}`);
  }
  const key = master.subarray(0, suite.key);
  const salt = master.subarray(suite.key);
  const stream = (label: number): StreamKeys => ({
    cipher: derive(key, salt, label, suite.key),
    auth: derive(key, salt, label + 1, AUTH),
    salt: derive(key, salt, label + 2, suite.salt),
  });
  return { rtp: stream(0), rtcp: stream(3) };
}
