import { randomBytes } from 'node:crypto';
import type { Log, Peer } from './config.ts';
import { keepOneChallenge } from './digest.ts';
import { header, Malformed, type Message, readMessage, type Via, withVia, writeMessage } from './message.ts';
import { Retransmission, type Timing } from './retransmission.ts';
import { hostOf, nextHop, type Resolve, replyTo } from './route.ts';
import { type Link, openUdp } from './udp.ts';

/** What a wire tells upwards. */
export interface WireListener {
  /** Whether a Call-ID is of a call under way. Only its messages are worth the parser of SIP.js, a millisecond each. */
  knows(callId: string): boolean;
  /** A request outside any call of ours: returns the response to send, or null for none. */
  unsolicited(request: Message): string | null;
  /** A provisional answer to an INVITE of ours; told after SIP.js has had it. */
  provisional(callId: string, status: number): void;
  /** A message for SIP.js, in the form it takes. May throw. */
  deliver(text: string): void;
  malformed(detail: string): void;
}

/** What a wire is made with. */
export interface WireOptions {
  readonly local: Peer;
  /** User part of our Contact. */
  readonly user: string;
  /** Address to be named in Via: one that the far end can reach. */
  readonly advertised: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly resolve: Resolve;
  readonly timing: Timing;
}

/** The methods we act on; what SIP.js would list contains some that a terminal refuses. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS';

/**
 * The way between SIP.js and the network. SIP.js was made for one WebSocket to one server; this puts right what
 * UDP needs: where a message goes, ports in Via, the repetition of what is lost, and what must never reach it.
 */
export class Wire {
  readonly #options: WireOptions;
  readonly #listener: WireListener;
  readonly #log: Log;
  readonly #link: Link;
  readonly #retransmission: Retransmission;
  /** Makes branches unguessable: SIP.js draws them from ten million. */
  readonly #secret = `.${randomBytes(8).toString('hex')}`;

  private constructor(link: Link, options: WireOptions, listener: WireListener, log: Log) {
    this.#link = link;
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
    this.#retransmission = new Retransmission((text, to) => this.#transmit(text, to), options.timing, link.reliable);
  }

  /** Binds the socket. Rejects where the port is taken or the address is not ours. */
  static async open(options: WireOptions, listener: WireListener, log: Log): Promise<Wire> {
    let wire: Wire | undefined;
    const link = await openUdp(options.local, {
      message: (text, from) => wire?.receive(text, from),
      fault: (error) => log.warn({ error: error.message }, 'SIP socket fault'),
    });
    wire = new Wire(link, options, listener, log);
    return wire;
  }

  get port(): number {
    return this.#link.local.port;
  }

  /** Sends what SIP.js wrote. Rejects where the next hop has no address or the system refuses. */
  async send(text: string): Promise<void> {
    const message = readMessage(text);
    const outgoing = message.status === null ? this.#stamp(message) : message;
    const to =
      outgoing.status === null
        ? (this.#retransmission.target(outgoing.branch) ??
          (await nextHop(outgoing, this.#options.server, this.#options.resolve)))
        : await replyTo(outgoing.via, this.#options.resolve);
    await this.#dispatch(outgoing, writeMessage(outgoing), to);
  }

  /** Takes one datagram. Never throws. */
  receive(text: string, from: Peer): void {
    // Keep-alives of RFC 5626 and of many routers.
    if (text.trim() === '') return;
    try {
      const message = readMessage(text);
      if (message.status === null) this.#request(this.#received(message, from), from);
      else this.#response(message);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const what = error instanceof Malformed ? 'SIP message' : 'SIP message SIP.js cannot take';
      this.#listener.malformed(`${what} from ${from.address}:${from.port}: ${detail}`);
    }
  }

  async close(): Promise<void> {
    this.#retransmission.close();
    await this.#link.close();
  }

  #request(message: Message, from: Peer): void {
    if (!this.#retransmission.received(message, from)) return;
    this.#log.debug({ sip: message.method, callId: message.callId }, 'SIP request received');
    if (message.toTag !== null && this.#listener.knows(message.callId)) {
      // Call-ID and tags name the dialog; SIP.js would refuse a BYE for an unexpected Request-URI.
      const start = `${message.method} sip:${this.#options.user}@${hostOf(this.#options.advertised)} SIP/2.0`;
      this.#listener.deliver(writeMessage({ ...message, start }));
      return;
    }
    const reply = this.#listener.unsolicited(message);
    if (reply === null) return;
    const response = readMessage(reply);
    replyTo(response.via, this.#options.resolve)
      .then((to) => this.#dispatch(response, reply, to))
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'SIP response could not be sent'));
  }

  #response(message: Message): void {
    if (!this.#retransmission.expects(message) || !message.branch.endsWith(this.#secret)) {
      this.#log.debug({ sip: message.start, callId: message.callId }, 'SIP response to nothing of ours, dropped');
      return;
    }
    if (!this.#retransmission.received(message, this.#link.local)) return;
    this.#log.debug({ sip: `${message.status} ${message.method}`, callId: message.callId }, 'SIP response received');
    this.#listener.deliver(writeMessage(keepOneChallenge(this.#unstamp(message))));
    if (message.status !== null && message.status < 200 && message.method === 'INVITE') {
      this.#listener.provisional(message.callId, message.status);
    }
  }

  async #dispatch(message: Message, text: string, to: Peer): Promise<void> {
    this.#log.debug({ sip: message.status ?? message.method, callId: message.callId, to }, 'SIP message sent');
    this.#retransmission.sent(message, text, to);
    await this.#link.send(text, to);
  }

  #transmit(text: string, to: Peer): void {
    this.#link
      .send(text, to)
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'SIP message could not be repeated'));
  }

  /** Our own Via, and no claim to what a terminal does not do. */
  #stamp(message: Message): Message {
    const params = new Map(message.via.params).set('branch', message.branch + this.#secret);
    const via: Via = { protocol: this.#link.protocol, host: hostOf(this.#options.advertised), port: this.port, params };
    return withVia({ ...message, headers: message.headers.flatMap(honest) }, via);
  }

  /** SIP.js drops a response whose Via is not the one it wrote. */
  #unstamp(message: Message): Message {
    const params = new Map(message.via.params).set('branch', message.branch.slice(0, -this.#secret.length));
    return withVia(message, { ...message.via, host: hostOf(this.#options.advertised), port: null, params });
  }

  /** Notes where a request came from, so that the response finds its way back (RFC 3261 18.2.1, RFC 3581 4). */
  #received(message: Message, from: Peer): Message {
    if (header(message, 'from') === undefined) throw new Malformed('no from header');
    const params = new Map(message.via.params);
    params.set('received', from.address);
    if (params.has('rport')) params.set('rport', String(from.port));
    return withVia(message, { ...message.via, params });
  }
}

/** SIP.js claims methods that we refuse, and outbound flows (RFC 5626) that we do not keep. */
function honest(one: readonly [name: string, value: string]): (readonly [string, string])[] {
  const [name, value] = one;
  if (name === 'allow') return [[name, ALLOW]];
  if (name === 'contact') return [[name, value.replace(';ob>', '>')]];
  if (name !== 'supported') return [one];
  return value.includes('path') ? [[name, 'path']] : [];
}
