import { type Core, Inviter, type Session, SessionState, type UserAgent } from 'sip.js';
import type { CallOptions, Codec, MediaSessions, TelephonyEvent } from '../port.ts';
import type { Log } from './config.ts';
import { Description } from './description.ts';
import { failureOf } from './failure.ts';

/** What a call needs around it. */
export interface CallContext {
  readonly userAgent: UserAgent;
  readonly media: MediaSessions;
  readonly log: Log;
  readonly codecs: readonly Codec[];
  /** IP of our media. */
  readonly address: string;
  /** Identity to be asserted, as a URI. */
  readonly identity: string;
  /** Where SIP.js finds the offer and answer of a session. */
  readonly descriptions: WeakMap<Session, Description>;
  /** How long the answer to a CANCEL is waited for, ms (RFC 3261 9.1: 64 T1). */
  readonly patience: number;
  tell(event: TelephonyEvent): void;
  /** The call is over and needs no more attention. */
  done(): void;
}

type Phase = 'opening' | 'calling' | 'proceeding' | 'talking' | 'over';

/** One outgoing call. */
export class Call {
  readonly #name: string;
  readonly #target: Core.URI;
  readonly #options: CallOptions;
  readonly #context: CallContext;
  #phase: Phase = 'opening';
  /** Hung up by us: nothing more is told. */
  #hungUp = false;
  #inviter: Inviter | null = null;
  #ended: (() => void) | null = null;
  #giveUp: NodeJS.Timeout | null = null;

  constructor(name: string, target: Core.URI, options: CallOptions, context: CallContext) {
    this.#options = options;
    this.#name = name;
    this.#target = target;
    this.#context = context;
  }

  /** Call-ID of its dialog, once there is one. */
  get sipCallId(): string | null {
    return this.#inviter?.request.callId ?? null;
  }

  get hungUp(): boolean {
    return this.#hungUp;
  }

  /** Opens media and sends the INVITE. The outcome comes as events. */
  async start(): Promise<void> {
    const { media, address, codecs, userAgent, identity, descriptions } = this.#context;
    let port: number;
    try {
      port = await media.open(this.#name, address, this.#options);
    } catch (error) {
      this.#context.log.warn({ call: this.#name, error: String(error) }, 'no media for a call');
      return this.#failed('network', null);
    }
    if (this.#hungUp) return this.#over();
    const inviter = new Inviter(userAgent, this.#target, { extraHeaders: [`P-Asserted-Identity: <${identity}>`] });
    this.#inviter = inviter;
    const connect = (remote: Parameters<MediaSessions['connect']>[1]) => media.connect(this.#name, remote);
    descriptions.set(inviter, new Description({ address, port, codecs, connect }));
    inviter.delegate = {
      // A transfer would take the caller to a number nobody has checked.
      onRefer: (referral) => void referral.reject({ statusCode: 403 }),
      onMessage: (message) => void message.reject({ statusCode: 405 }),
    };
    inviter.stateChange.addListener((state) => this.#stateChanged(state));
    this.#phase = 'calling';
    try {
      await inviter.invite({
        requestDelegate: {
          onReject: ({ message }) => this.#refused(message),
          onRedirect: ({ message }) => this.#refused(message),
        },
      });
    } catch (error) {
      this.#context.log.warn({ call: this.#name, error: String(error) }, 'INVITE could not be sent');
      this.#failed('network', null);
    }
  }

  /** A provisional response has come. */
  provisional(status: number): void {
    if (this.#phase === 'calling') this.#phase = 'proceeding';
    if (this.#phase !== 'proceeding') return;
    if (this.#hungUp) this.#cancel();
    else if (status > 100) this.#context.tell({ type: 'ringing', call: this.#name });
  }

  /**
   * Ends the call from whatever state; resolves when the far end knows, or will not be told. Before the first
   * provisional response there must be no CANCEL (RFC 3261 9.1): it then goes out with that response.
   */
  hangUp(): Promise<void> {
    if (this.#phase === 'over' || this.#hungUp) return Promise.resolve();
    this.#hungUp = true;
    this.#context.media.release(this.#name);
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    if (this.#phase === 'proceeding') this.#cancel();
    else if (this.#phase === 'talking') this.#bye();
    return ended;
  }

  #cancel(): void {
    if (this.#inviter?.state !== SessionState.Establishing) return;
    this.#inviter.cancel().catch((error: unknown) => this.#complain('CANCEL', error));
    this.#giveUp = setTimeout(() => this.#abandon(), this.#context.patience);
  }

  /** A far end that does not even answer our CANCEL is forgotten, which SIP.js would never do. */
  #abandon(): void {
    const clients = this.#context.userAgent.userAgentCore.userAgentClients;
    for (const [key, client] of clients) {
      if (client.transaction.request.callId !== this.sipCallId) continue;
      client.dispose();
      clients.delete(key);
    }
    this.#inviter?.dispose().catch((error: unknown) => this.#complain('the end of a call', error));
    this.#over();
  }

  #bye(): void {
    const over = () => this.#over();
    this.#inviter
      ?.bye({ requestDelegate: { onAccept: over, onReject: over, onRedirect: over } })
      .catch((error: unknown) => this.#complain('BYE', error));
  }

  #stateChanged(state: SessionState): void {
    if (state === SessionState.Established) {
      this.#phase = 'talking';
      if (this.#hungUp) this.#bye();
      else this.#context.tell({ type: 'answered', call: this.#name });
    } else if (state === SessionState.Terminated) this.#terminated();
  }

  /** SIP.js tells of a refusal right after this; nothing else says why a call is over. */
  #terminated(): void {
    const talked = this.#phase === 'talking';
    if (this.#hungUp) {
      // Our BYE: its answer ends it.
      if (!talked) this.#over();
    } else if (talked) {
      // Over first: whoever is told may hang up at once, and there is nothing left to hang up.
      this.#over();
      this.#context.tell({ type: 'far-ended', call: this.#name });
    } else queueMicrotask(() => this.#failed('network', 488));
  }

  #refused(message: Core.IncomingResponseMessage): void {
    // SIP.js makes up a 408 or 503 for a time-out or a fault of the transport; only a real one has a text.
    const real = typeof message.data === 'string';
    const status = message.statusCode ?? 0;
    if (real) this.#failed(failureOf(status), status);
    else this.#failed('network', null);
  }

  #failed(failure: ReturnType<typeof failureOf>, sip: number | null): void {
    if (this.#phase === 'over') return;
    this.#over();
    if (!this.#hungUp) this.#context.tell({ type: 'dial-failed', call: this.#name, failure, sip });
  }

  #over(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    if (this.#giveUp) clearTimeout(this.#giveUp);
    this.#context.media.release(this.#name);
    this.#ended?.();
    this.#context.done();
  }

  #complain(what: string, error: unknown): void {
    this.#context.log.warn({ call: this.#name, error: String(error) }, `${what} could not be sent`);
    this.#over();
  }
}
