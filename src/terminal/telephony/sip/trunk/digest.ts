import { createHash, randomBytes } from 'node:crypto';
import { Core } from 'sip.js';
import { spokenUri } from '../wire/canonical.ts';
import { type Challenge, challengeFrom } from './challenge.ts';

const HASH: Readonly<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };
const MOST_NONCES = 32;

/** Whether we have what a challenge asks for: MD5 or SHA-256 (RFC 8760), `qop` `auth` or none. */
export function canMeet({ algorithm, auth }: Challenge): boolean {
  return HASH[algorithm] !== undefined && auth !== false;
}

/** How often each nonce of a trunk has been used, over all requests: a server takes a count that does not grow for a replay. */
export class NonceCounts {
  readonly #counts = new Map<string, number>();

  /** Counts one more use. */
  next(nonce: string): number {
    const count = (this.#counts.get(nonce) ?? 0) + 1;
    this.#counts.delete(nonce);
    this.#counts.set(nonce, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_NONCES && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }
}

/** Whose credentials. */
export interface CredentialsOptions {
  readonly user: string;
  readonly password: string;
  readonly nonces: NonceCounts;
  /** Whether the INVITE of a Call-ID is still to be made: one hung up meanwhile must not be sent anew. */
  wanted(callId: string): boolean;
}

/**
 * Digest credentials (RFC 7616, RFC 8760) for one request, in place of those of SIP.js, which know MD5 only and one challenge.
 * A proxy and the server behind it may both ask. Each is answered once, and a second time where it calls the nonce
 * stale and gives another: whoever refuses without that has seen a wrong password, and will again.
 */
export class Credentials extends Core.DigestAuthentication {
  readonly #options: CredentialsOptions;
  /** Nonces answered, by who asked. */
  readonly #answered = new Map<string, string[]>();
  #value = '';

  constructor(factory: Core.LoggerFactory, options: CredentialsOptions) {
    super(factory, undefined, options.user, undefined);
    this.#options = options;
  }

  /** False where the request is not to be made again. `wrapped` is what SIP.js read of what `wrapChallenge` wrote. */
  override authenticate(request: Core.OutgoingRequestMessage, wrapped: { nonce: string; stale?: boolean }): boolean {
    if (request.method === 'INVITE' && !this.#options.wanted(request.callId)) return false;
    const challenge = challengeFrom(wrapped.nonce);
    // SIP.js would remember that it has been answered as stale, and give up at the next.
    wrapped.stale = false;
    const asker = `${challenge.by} ${challenge.realm}`;
    const before = this.#answered.get(asker) ?? [];
    if (before.length > 1 || (before.length === 1 && !challenge.stale) || before.includes(challenge.nonce))
      return false;
    this.#answered.set(asker, [...before, challenge.nonce]);
    this.#value = this.#write(request.method, spokenUri(request.ruri.toString()), challenge);
    return true;
  }

  /** The value of Authorization or Proxy-Authorization. */
  override toString(): string {
    return this.#value;
  }

  #write(method: string, uri: string, { realm, nonce, opaque, algorithm, auth }: Challenge): string {
    const { user, password, nonces } = this.#options;
    const hash = (text: string) =>
      createHash(HASH[algorithm] ?? 'md5')
        .update(text)
        .digest('hex');
    const nc = nonces.next(nonce).toString(16).padStart(8, '0');
    const cnonce = randomBytes(8).toString('hex');
    const ha1 = hash(`${user}:${realm}:${password}`);
    const ha2 = hash(`${method}:${uri}`);
    const response = hash(auth ? `${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
    return [
      `Digest username="${user}"`,
      `realm="${realm}"`,
      `nonce="${nonce}"`,
      `uri="${uri}"`,
      `response="${response}"`,
      `algorithm=${algorithm}`,
      ...(opaque === null ? [] : [`opaque="${opaque}"`]),
      ...(auth ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ].join(', ');
  }
}
