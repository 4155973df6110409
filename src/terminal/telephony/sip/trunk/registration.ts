import type { Core, UserAgent } from 'sip.js';
import { type BackOff, Pauses } from '../../../../retry/pauses.ts';
import type { Log } from '../config.ts';
import { cameAs } from '../wire/canonical.ts';
import { ALLOW } from '../wire/wire.ts';
import { bindingsIn, grantedTo } from './bindings.ts';

/** What a registration is made with. */
export interface RegistrationOptions {
  readonly userAgent: UserAgent;
  readonly log: Log;
  /** Seconds to ask for. */
  readonly expires: number;
  /** Tells our binding from others of the account (RFC 5626 4.1). */
  readonly instance: string;
  readonly backOff: BackOff;
  /** Our Contact, as of now. */
  contact(): Core.URI;
  /** What became of an attempt. */
  tell(registered: boolean, detail: string): void;
  /** The registrar gave no sign of life, or an error of its own: another one may do. True where there is one to try now. */
  elsewhere(detail: string): boolean;
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
  readonly #pauses: Pauses;
  /** Contact of the binding that the registrar has. */
  #bound: Core.URI | null = null;
  /** Counts attempts: what comes of one that another has taken the place of is of no interest. */
  #attempt = 0;
  #timer: NodeJS.Timeout | null = null;
  #registered = false;
  #closed = false;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#expires = options.expires;
    this.#pauses = new Pauses(options.backOff);
    this.#callId = crypto.randomUUID();
    this.#fromTag = crypto.randomUUID().slice(0, 8);
  }

  get registered(): boolean {
    return this.#registered;
  }

  /** Registers, or does so anew: there is another way to the registrar. */
  start(): void {
    if (this.#closed) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const last = (then: (message: Core.IncomingResponseMessage) => void) => (response: Core.IncomingResponse) => {
      if (!this.#closed && attempt === this.#attempt) then(response.message);
    };
    const rejected = last((message) => this.#rejected(message));
    this.#request(this.#expires, {
      onAccept: last((message) => this.#accepted(message)),
      onReject: rejected,
      onRedirect: rejected,
    });
  }

  /** There is no way to the registrar; `start` when there is one again. */
  lost(detail: string): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#attempt += 1;
    this.#unregistered(detail);
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
    const contact = this.#options.contact();
    const write = (uri: Core.URI, seconds: number) =>
      `Contact: <${uri}>;expires=${seconds};+sip.instance="<${this.#options.instance}>"`;
    // A connection that was opened again has another port: the binding of the old one goes with the same request.
    const old = this.#bound !== null && String(this.#bound) !== String(contact) ? [write(this.#bound, 0)] : [];
    const message = core.makeOutgoingRequestMessage(
      'REGISTER',
      registrar,
      aor,
      aor,
      { callId: this.#callId, fromTag: this.#fromTag, cseq: this.#cseq, optionTags: ['path'] },
      [write(contact, expires), ...old, `Allow: ${ALLOW}`],
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
    this.#pauses.reset();
    this.#bound = this.#options.contact();
    const granted = Math.min(Math.max(this.#granted(message), 1), LONGEST_GRANT);
    this.#registered = true;
    this.#options.tell(true, `registered for ${granted} s`);
    // Early enough for a lost refresh to be tried again, at no common beat of many terminals.
    this.#again(granted * 1_000 * (0.6 + Math.random() * 0.2));
  }

  /** Seconds the registrar gave to our binding (RFC 3261 10.2.4). */
  #granted(message: Core.IncomingResponseMessage): number {
    const bindings = bindingsIn(cameAs(message.getHeaders('contact')));
    const { user, host, port } = this.#options.contact();
    const granted = grantedTo({ instance: this.#options.instance, user: user ?? '', host, port }, bindings);
    if (granted !== null) return granted;
    const seconds = Number(message.getHeader('expires'));
    return Number.isInteger(seconds) && seconds > 0 ? seconds : this.#expires;
  }

  #rejected(message: Core.IncomingResponseMessage): void {
    const status = message.statusCode ?? 0;
    const least = Number(message.getHeader('min-expires'));
    if (status === 423 && Number.isInteger(least) && least > this.#expires && least <= LONGEST_GRANT) {
      this.#expires = least;
      this.start();
      return;
    }
    // Only a response that came over the wire has a text; SIP.js makes the others up.
    const why = typeof message.data === 'string' ? `${status} ${message.reasonPhrase ?? ''}`.trim() : 'no answer';
    const after = Number(message.getHeader('retry-after')?.split(/[ ;(]/)[0]) * 1_000;
    const pause = this.#pauses.next();
    const wait = Number.isFinite(after) && after > pause ? Math.min(after, 3_600_000) : pause;
    const detail = `registrar: ${why}; next try in ${(wait / 1_000).toFixed(1)} s`;
    this.#options.log.debug({ status }, detail);
    if ((status >= 500 || status === 408) && this.#options.elsewhere(detail)) return;
    this.#unregistered(detail);
    this.#again(wait);
  }

  #unregistered(detail: string): void {
    this.#registered = false;
    this.#options.tell(false, detail);
  }

  #again(after: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.start(), after);
  }
}
