import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SrtpKeys, SrtpSuite } from '../../port.ts';

/** SDES-SRTP (RFC 4568): never; where the far end does too; no call without. */
export type SrtpPolicy = 'off' | 'preferred' | 'required';

/** Master key and salt of each suite, bytes (RFC 4568 6.2, RFC 7714 12), in the order we offer them. */
const LENGTH: Readonly<Record<SrtpSuite, number>> = {
  AEAD_AES_256_GCM: 44,
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
};
const SUITES = Object.keys(LENGTH).filter(isSuite);

/** Packets a key must be good for: six hours of 20 ms. We never change it by the clock. */
const LEAST_LIFETIME = 2 ** 20;

/** One `a=crypto` line, as sdp-transform writes it. */
export interface CryptoLine {
  readonly id: number;
  readonly suite: string;
  readonly config: string;
}

/** A crypto line of the far end that we can use. */
export interface Chosen {
  readonly tag: number;
  readonly suite: SrtpSuite;
  /** The far end's master key and salt. */
  readonly key: Uint8Array;
}

/** Our own master keys and salts of one call, one for each suite, drawn when first asked for. */
export class OwnKeys {
  readonly #keys = new Map<SrtpSuite, Uint8Array>();

  of(suite: SrtpSuite): Uint8Array {
    const known = this.#keys.get(suite);
    if (known) return known;
    const key = new Uint8Array(randomBytes(LENGTH[suite]));
    this.#keys.set(suite, key);
    return key;
  }

  /** New keys from here on: for an address that has heard none of the old stream. */
  renew(): void {
    this.#keys.clear();
  }

  has(key: Uint8Array): boolean {
    return [...this.#keys.values()].some((own) => own.length === key.length && timingSafeEqual(own, key));
  }
}

/** A line for each suite, numbered from 1. */
export function offeredLines(own: OwnKeys): CryptoLine[] {
  return SUITES.map((suite, at) => cryptoLine(at + 1, suite, own));
}

/** The one line of an answer: the tag and suite that were chosen, with our key. */
export function answeredLine(chosen: Chosen, own: OwnKeys): CryptoLine {
  return cryptoLine(chosen.tag, chosen.suite, own);
}

/** The first of an offer's `a=crypto:` lines that we can use; null where there is none. */
export function chooseOffered(lines: readonly string[], own: OwnKeys): Chosen | null {
  for (const line of lines) {
    const chosen = readLine(line, own);
    if (chosen) return chosen;
  }
  return null;
}

/** The line of an answer to `offeredLines`: the tag must be that of our line of the same suite (RFC 4568 5.1.2). */
export function chooseAnswered(lines: readonly string[], own: OwnKeys): Chosen | null {
  const chosen = lines[0] === undefined ? null : readLine(lines[0], own);
  return chosen && SUITES[chosen.tag - 1] === chosen.suite ? chosen : null;
}

/** What the media session needs of both ends. */
export function keysOf(chosen: Chosen, own: OwnKeys): SrtpKeys {
  return { suite: chosen.suite, send: own.of(chosen.suite), receive: chosen.key };
}

function cryptoLine(id: number, suite: SrtpSuite, own: OwnKeys): CryptoLine {
  return { id, suite, config: `inline:${Buffer.from(own.of(suite)).toString('base64')}` };
}

/** RFC 4568 9.1; of the key parameters one key, and a lifetime, but no MKI. */
const LINE =
  /^a=crypto:([1-9]\d{0,8}) ([A-Za-z0-9_]{1,64}) inline:([A-Za-z0-9+/]{40,60}={0,2})(?:\|(?:2\^(\d{1,2})|(\d{1,15})))?((?: \S{1,64}){0,8})\s*$/i;

/** null for a line that is cut short, asks for what we do not do, or shows us our own key. */
function readLine(line: string, own: OwnKeys): Chosen | null {
  const [, tag, suite = '', inline = '', power, count, params = ''] = LINE.exec(line) ?? [];
  if (!isSuite(suite) || !params.split(' ').every(isHarmless)) return null;
  const lifetime = power ? 2 ** Number(power) : count ? Number(count) : 2 ** 48;
  const key = new Uint8Array(Buffer.from(inline, 'base64'));
  if (key.length !== LENGTH[suite] || lifetime < LEAST_LIFETIME || lifetime > 2 ** 48 || own.has(key)) return null;
  return { tag: Number(tag), suite, key };
}

/** A window size is a hint; what is marked `-` may be passed over; all else changes the packets (RFC 4568 6.3). */
function isHarmless(param: string): boolean {
  return param === '' || param.startsWith('-') || /^(WSH=\d{2,4}|KDR=0)$/i.test(param);
}

function isSuite(name: string): name is SrtpSuite {
  return Object.hasOwn(LENGTH, name);
}
