import { createHash, randomBytes } from 'node:crypto';
import { header, type Message } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';

/** Whom a registrar knows, and what it calls itself. */
export interface RegistrarOptions {
  readonly realm: string;
  readonly user: string;
  /** Or what it keeps in place of it, where it was never told (MD5, RFC 7616 3.4.2). */
  readonly password: string | { readonly ha1: string };
}

const LONGEST = 3_600;
const MOST_NONCES = 100;
const HASH = { 'SHA-256': 'sha256', MD5: 'md5' } as const;

/** A registrar of one account (RFC 3261 10.3) that wants digest credentials by SHA-256 or MD5 (RFC 8760). */
export class Registrar {
  readonly #options: RegistrarOptions;
  /** Nonces given out, and the highest count each came back with. */
  readonly #nonces = new Map<string, number>();
  #contact: string | null = null;

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** The binding, as its Contact was written. */
  get contact(): string | null {
    return this.#contact;
  }

  /** The response to a REGISTER. */
  answer(request: Message): string {
    const credentials = header(request, 'authorization');
    if (credentials === undefined) return this.#challenge(request, false);
    const params = paramsOf(credentials);
    const nonce = params.get('nonce') ?? '';
    const count = Number.parseInt(params.get('nc') ?? '', 16);
    const highest = this.#nonces.get(nonce);
    if (highest === undefined || !(count > highest)) return this.#challenge(request, true);
    if (params.get('response') !== this.#wanted(request.method, params)) {
      return writeReply(request, { status: 403, reason: 'Forbidden' });
    }
    this.#nonces.set(nonce, count);
    return this.#bind(request);
  }

  #bind(request: Message): string {
    const contact = header(request, 'contact') ?? '';
    const asked = Number(/;\s*expires=(\d+)/i.exec(contact)?.[1] ?? header(request, 'expires') ?? LONGEST);
    const expires = Math.min(asked, LONGEST);
    const bare = contact.replace(/;\s*expires=\d+/i, '');
    this.#contact = expires === 0 ? null : bare;
    const headers = expires === 0 ? [] : [['contact', `${bare};expires=${expires}`] as const];
    return writeReply(request, { status: 200, reason: 'OK', headers });
  }

  #challenge(request: Message, stale: boolean): string {
    const nonce = randomBytes(16).toString('hex');
    const oldest = this.#nonces.keys().next();
    if (this.#nonces.size >= MOST_NONCES && !oldest.done) this.#nonces.delete(oldest.value);
    this.#nonces.set(nonce, 0);
    const { realm } = this.#options;
    const headers = this.#algorithms().map(
      (algorithm) =>
        [
          'www-authenticate',
          `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale ? ', stale=true' : ''}`,
        ] as const,
    );
    return writeReply(request, { status: 401, reason: 'Unauthorized', headers });
  }

  #algorithms(): (keyof typeof HASH)[] {
    return typeof this.#options.password === 'string' ? ['SHA-256', 'MD5'] : ['MD5'];
  }

  /** The digest that the right password gives (RFC 7616 3.4.1). */
  #wanted(method: string, params: ReadonlyMap<string, string>): string | null {
    const algorithm = this.#algorithms().find((one) => one === (params.get('algorithm') ?? 'MD5'));
    if (algorithm === undefined) return null;
    const hash = (text: string) => createHash(HASH[algorithm]).update(text).digest('hex');
    const { user, realm, password } = this.#options;
    const ha1 = typeof password === 'string' ? hash(`${user}:${realm}:${password}`) : password.ha1;
    const ha2 = hash(`${method}:${params.get('uri') ?? ''}`);
    return hash([ha1, params.get('nonce'), params.get('nc'), params.get('cnonce'), params.get('qop'), ha2].join(':'));
  }
}

function paramsOf(credentials: string): Map<string, string> {
  const params = new Map<string, string>();
  for (const [, name = '', quoted, plain] of credentials.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    params.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return params;
}
