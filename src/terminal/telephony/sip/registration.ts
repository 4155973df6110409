import { Core, type UserAgent } from 'sip.js';
import type { RegistrationState } from '../port.ts';
import type { Log } from './config.ts';
import { ALLOW } from './wire.ts';

/** Pauses between attempts, ms: the first, doubled up to the longest, each shortened by a random half. */
export interface BackOff {
  readonly first: number;
  readonly longest: number;
}

/** What a registration is made with. */
export interface RegistrationOptions {
  readonly userAgent: UserAgent;
  readonly log: Log;
  /** Seconds to ask for. */
  readonly expires: number;
  readonly backOff: BackOff;
  tell(state: RegistrationState, detail: string): void;
}

const LONGEST_GRANT = 86_400;

/**
 * Keeps one binding at the registrar alive (RFC 3261 10). In place of the Registerer of SIP.js, which has no
 * back-off, waits for ever after a 200 without Contact, repeats without pause after a 423 that asks for nothing new, and
 * rejects where nobody listens when a refresh meets one under way.
 */
export class Registration {
  readonly #options: RegistrationOptions;
  readonly #callId: string;
  readonly #fromTag: string;
  #cseq = 0;
  #expires: number;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #registered = false;
  #closed = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#expires = options.expires;
    this.#callId = crypto.randomUUID();
    this.#fromTag = crypto.randomUUID().slice(0, 8);
  }

  start(): void {
    this.#request(this.#expires, {
      onAccept: ({ message }) => this.#accepted(message),
      onReject: ({ message }) => this.#rejected(message),
      onRedirect: ({ message }) => this.#rejected(message),
    });
  }

  /** Takes the binding away; resolves when the registrar has answered that. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    if (!this.#registered) return Promise.resolve();
    return new Promise((over) => {
      this.#request(0, { onAccept: () => over(), onReject: () => over(), onRedirect: () => over() });
    });
  }

  #request(expires: number, delegate: Core.OutgoingRequestDelegate): void {
    const { userAgent } = this.#options;
    const core = userAgent.userAgentCore;
    const registrar = userAgent.configuration.uri.clone();
    registrar.user = undefined;
    const aor = core.configuration.aor;
    this.#cseq += 1;
    const message = core.makeOutgoingRequestMessage(
      'REGISTER',
      registrar,
      aor,
      aor,
      { callId: this.#callId, fromTag: this.#fromTag, cseq: this.#cseq, optionTags: ['path'] },
      [`Contact: ${userAgent.contact.toString({ register: true })};expires=${expires}`, `Allow: ${ALLOW}`],
    );
    // A challenge makes SIP.js count on by itself.
    const counted =
      (then: ((response: Core.IncomingResponse) => void) | undefined) => (response: Core.IncomingResponse) => {
        this.#cseq = Math.max(this.#cseq, message.cseq);
        then?.(response);
      };
    core.register(message, {
      onAccept: counted(delegate.onAccept),
      onReject: counted(delegate.onReject),
      onRedirect: counted(delegate.onRedirect),
    });
  }

  #accepted(message: Core.IncomingResponseMessage): void {
    if (this.#closed) return;
    this.#failures = 0;
    const granted = Math.min(Math.max(this.#granted(message), 1), LONGEST_GRANT);
    if (!this.#registered) this.#options.tell('registered', `registered for ${granted} s`);
    this.#registered = true;
    // Early enough for a lost refresh to be tried again, at no common beat of many terminals.
    this.#again(granted * 1_000 * (0.6 + Math.random() * 0.2));
  }

  /** Seconds the registrar gave to our binding (RFC 3261 10.2.4). */
  #granted(message: Core.IncomingResponseMessage): number {
    const ours = this.#options.userAgent.contact.uri;
    for (let i = 0; i < message.getHeaders('contact').length; i += 1) {
      const contact: unknown = message.parseHeader('contact', i);
      if (!(contact instanceof Core.NameAddrHeader)) continue;
      const { user, host, port } = contact.uri;
      if (user !== ours.user || host !== ours.host || port !== ours.port) continue;
      const seconds = Number(contact.getParam('expires'));
      if (Number.isInteger(seconds) && seconds > 0) return seconds;
    }
    const seconds = Number(message.getHeader('expires'));
    return Number.isInteger(seconds) && seconds > 0 ? seconds : this.#expires;
  }

  #rejected(message: Core.IncomingResponseMessage): void {
    if (this.#closed) return;
    const status = message.statusCode ?? 0;
    const least = Number(message.getHeader('min-expires'));
    if (status === 423 && Number.isInteger(least) && least > this.#expires && least <= LONGEST_GRANT) {
      this.#expires = least;
      this.start();
      return;
    }
    const { first, longest } = this.#options.backOff;
    const pause = Math.min(longest, first * 2 ** Math.min(this.#failures, 16)) * (0.5 + Math.random() / 2);
    const told = Number(message.getHeader('retry-after')?.split(/[ ;(]/)[0]) * 1_000;
    const wait = Number.isFinite(told) && told > pause ? Math.min(told, 3_600_000) : pause;
    // Only a response that came over the wire has a text; SIP.js makes the others up.
    const why = typeof message.data === 'string' ? `${status} ${message.reasonPhrase ?? ''}`.trim() : 'no answer';
    const detail = `registrar: ${why}; next try in ${(wait / 1_000).toFixed(1)} s`;
    this.#options.log.warn({ status }, detail);
    if (this.#registered || this.#failures === 0) this.#options.tell('unregistered', detail);
    this.#registered = false;
    this.#failures += 1;
    this.#again(wait);
  }

  #again(after: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), after);
  }
}
