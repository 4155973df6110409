import { createHash, randomBytes } from 'node:crypto';
import { Core } from 'sip.js';
import type { Message } from './message.ts';

/** What SIP.js reads from a challenge. */
interface Challenge {
  readonly algorithm?: string;
  readonly realm?: string;
  readonly nonce?: string;
  readonly opaque?: string;
  readonly qop?: readonly string[] | string;
}

const HASH: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };
const CHALLENGES = new Set(['www-authenticate', 'proxy-authenticate']);

/**
 * Digest credentials by MD5 or SHA-256 (RFC 8760, RFC 7616) in place of those of SIP.js, which know MD5 only.
 * `qop` is `auth` or none.
 */
export class Credentials extends Core.DigestAuthentication {
  readonly #user: string;
  readonly #secret: string;
  #count = 0;
  #nonce = '';
  #value = '';

  readonly #wanted: (callId: string) => boolean;

  /** `wanted` tells whether the request of a Call-ID is still to be made: one hung up meanwhile must not be sent anew. */
  constructor(factory: Core.LoggerFactory, user: string, secret: string, wanted: (callId: string) => boolean) {
    super(factory, undefined, user, undefined);
    this.#user = user;
    this.#secret = secret;
    this.#wanted = wanted;
  }

  /** False where the challenge asks for what we cannot do, or the request is no longer wanted. */
  override authenticate(request: Core.OutgoingRequestMessage, challenge: Challenge): boolean {
    if (request.method === 'INVITE' && !this.#wanted(request.callId)) return false;
    const { realm, nonce, opaque } = challenge;
    const algorithm = (challenge.algorithm ?? 'MD5').toUpperCase();
    const name = HASH[algorithm];
    const offered = typeof challenge.qop === 'string' ? challenge.qop.split(',') : (challenge.qop ?? []);
    const auth = offered.some((q) => q.trim() === 'auth');
    if (!name || realm === undefined || nonce === undefined || (offered.length > 0 && !auth)) return false;
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    if (nonce !== this.#nonce) this.#count = 0;
    this.#nonce = nonce;
    this.#count += 1;
    const nc = this.#count.toString(16).padStart(8, '0');
    const cnonce = randomBytes(8).toString('hex');
    const uri = request.ruri.toString();
    const ha1 = hash(`${this.#user}:${realm}:${this.#secret}`);
    const ha2 = hash(`${request.method}:${uri}`);
    const response = hash(auth ? `${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
    this.#value = [
      `Digest username="${this.#user}"`,
      `realm="${realm}"`,
      `nonce="${nonce}"`,
      `uri="${uri}"`,
      `response="${response}"`,
      `algorithm=${algorithm}`,
      ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
      ...(auth ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ].join(', ');
    return true;
  }

  /** The value of Authorization or Proxy-Authorization. */
  override toString(): string {
    return this.#value;
  }
}

/**
 * SIP.js reads the first challenge only. Of several, this leaves the first that we can answer
 * (RFC 8760 2.4: the server puts the one it likes best on top).
 */
export function keepOneChallenge(message: Message): Message {
  const challenges = message.headers.filter(([name]) => CHALLENGES.has(name));
  if (challenges.length < 2) return message;
  const best = challenges.find(([, value]) => HASH[algorithmOf(value)] !== undefined) ?? challenges[0];
  return { ...message, headers: message.headers.filter((h) => !CHALLENGES.has(h[0]) || h === best) };
}

function algorithmOf(challenge: string): string {
  return (/algorithm\s*=\s*"?([A-Za-z0-9-]+)/i.exec(challenge)?.[1] ?? 'MD5').toUpperCase();
}
