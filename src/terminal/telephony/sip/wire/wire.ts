import { randomBytes } from 'node:crypto';
import type { Log, Peer } from '../config.ts';
import type { Link } from '../link/link.ts';
import { withSessionBody } from '../sdp/session-body.ts';
import { wrapChallenge } from '../trunk/challenge.ts';
import { canMeet } from '../trunk/digest.ts';
import { Gate } from './gate.ts';
import { header, Malformed, type Message, readMessage, type Via, withVia, writeMessage } from './message.ts';
import { Retransmission, type Timing } from './retransmission.ts';
import { hostOf, nextHop, type Resolve, replyTo } from './route.ts';

/** What a wire tells upwards. */
export interface WireListener {
  /** Whether a Call-ID is of a call under way. Only its messages are worth the parser of SIP.js, a millisecond each. */
  knows(callId: string): boolean;
  /** A request outside any call of ours: returns the response to send, or null for none. */
  unsolicited(request: Message): string | null;
  /** A request inside a call: returns the response to send, or null where SIP.js is to have it. */
  asked(request: Message): string | null;
  /** A response to an INVITE of ours: returns it as SIP.js is to see it. */
  answered(response: Message): Message;
  /** The same, told after SIP.js has had it. */
  delivered(response: Message): void;
  /** A response of SIP.js to a request inside a call: returns it as the far end is to see it. */
  answering(response: Message): Message;
  /** A message for SIP.js, in the form it takes. May throw. */
  deliver(text: string): void;
  malformed(detail: string): void;
}

/** What a wire is made with. */
export interface WireOptions {
  readonly link: Link;
  /** User part of our Contact. */
  readonly user: string;
  /** Where the far end can reach us, as of now: named in Via and Contact. */
  self(): Peer;
  /** Where requests outside a dialog go, as of now. Throws where there is no such place. */
  server(): Peer;
  readonly resolve: Resolve;
  readonly timing: Timing;
}

/** Stands in what SIP.js writes for our host, which it wants to know once for all. */
export const SELF = 'terminal.invalid';

/** The methods we act on; what SIP.js would list contains some that a terminal refuses. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE';

/** The extensions we really have, of those that are claimed: RFC 3327 in REGISTER, RFC 3262 and RFC 4028 in calls. */
const SUPPORTED = new Set(['path', '100rel', 'timer']);

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
  readonly #gate = new Gate();
  /** Messages of strangers that were not read, since that was last told. */
  #shut = 0;
  #shutTold = Number.NEGATIVE_INFINITY;
  /** Makes branches unguessable: SIP.js draws them from ten million. */
  readonly #secret = `.${randomBytes(8).toString('hex')}`;

  constructor(options: WireOptions, listener: WireListener, log: Log) {
    this.#link = options.link;
    this.#options = options;
    this.#listener = listener;
    this.#log = log;
    const { timing, link } = options;
    this.#retransmission = new Retransmission((text, to) => this.#transmit(text, to), timing, link.reliable);
  }

  /** Sends what SIP.js wrote. Rejects where the next hop has no address or the system refuses. */
  async send(text: string): Promise<void> {
    const message = readMessage(text);
    const outgoing = message.status === null ? this.#stamp(message) : this.#listener.answering(this.#honest(message));
    const to = await this.#destination(outgoing);
    await this.#dispatch(outgoing, writeMessage(outgoing), to);
  }

  async #destination(message: Message): Promise<Peer> {
    const { resolve } = this.#options;
    if (message.status !== null) return this.#asker(message);
    const invited = this.#retransmission.target(message.branch);
    if (invited) return invited;
    return message.toTag === null ? this.#options.server() : nextHop(message, this.#link.protocol, resolve);
  }

  /** A response goes to the stream that its request came by (RFC 3261 18.2.2), or to where its Via says. */
  async #asker(response: Message): Promise<Peer> {
    const origin = this.#link.reliable ? this.#retransmission.asker(response) : undefined;
    return origin ?? replyTo(response.via, this.#options.resolve);
  }

  /** This peer is no stranger. */
  know(peer: Peer): void {
    this.#gate.know(peer);
  }

  /** Takes one message. Never throws. */
  receive(text: string, from: Peer): void {
    if (!this.#link.reliable && !this.#gate.admits(from)) {
      this.#shutOut(from);
      return;
    }
    // Keep-alives of RFC 5626 and of many routers.
    if (text.trim() === '') return;
    try {
      const message = withSessionBody(readMessage(text));
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
    const inside = message.toTag !== null && this.#listener.knows(message.callId);
    const reply = inside ? this.#listener.asked(message) : this.#listener.unsolicited(message);
    if (inside && reply === null) {
      // Call-ID and tags name the dialog; SIP.js would refuse a BYE for an unexpected Request-URI.
      const start = `${message.method} sip:${this.#options.user}@${SELF} SIP/2.0`;
      this.#listener.deliver(writeMessage({ ...message, start }));
      return;
    }
    if (reply === null) return;
    const response = this.#honest(readMessage(reply));
    this.#asker(response)
      .then((to) => this.#dispatch(response, writeMessage(response), to))
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'SIP response could not be sent'));
  }

  #response(message: Message): void {
    if (!this.#retransmission.expects(message) || !message.branch.endsWith(this.#secret)) {
      this.#log.debug({ sip: message.start, callId: message.callId }, 'SIP response to nothing of ours, dropped');
      return;
    }
    if (!this.#retransmission.received(message, this.#link.local)) return;
    this.#log.debug({ sip: `${message.status} ${message.method}`, callId: message.callId }, 'SIP response received');
    const invited = message.method === 'INVITE';
    const read = invited ? this.#listener.answered(message) : message;
    this.#listener.deliver(writeMessage(wrapChallenge(this.#unstamp(read), canMeet)));
    if (invited) this.#listener.delivered(read);
  }

  async #dispatch(message: Message, text: string, to: Peer): Promise<void> {
    this.#log.debug({ sip: message.status ?? message.method, callId: message.callId, to }, 'SIP message sent');
    this.#retransmission.sent(message, text, to);
    if (message.status === null) this.#gate.know(to);
    await this.#link.send(text, to);
  }

  /** Told once a second at most: a flood must not flood the log. */
  #shutOut({ address }: Peer): void {
    this.#shut += 1;
    if (performance.now() - this.#shutTold < 1_000) return;
    this.#listener.malformed(`${this.#shut} SIP messages of a flood not read, the last from ${address}`);
    this.#shutTold = performance.now();
    this.#shut = 0;
  }

  #transmit(text: string, to: Peer): void {
    this.#link
      .send(text, to)
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'SIP message could not be repeated'));
  }

  /** Our own Via and Contact, and no claim to what a terminal does not do. */
  #stamp(message: Message): Message {
    const params = new Map(message.via.params).set('branch', message.branch + this.#secret);
    const { address, port } = this.#options.self();
    const via: Via = { protocol: this.#link.protocol, host: hostOf(address), port, params };
    return withVia(this.#honest(message), via);
  }

  /** SIP.js drops a response whose Via is not the one it wrote. */
  #unstamp(message: Message): Message {
    const params = new Map(message.via.params).set('branch', message.branch.slice(0, -this.#secret.length));
    return withVia(message, { ...message.via, host: SELF, port: null, params });
  }

  #honest(message: Message): Message {
    const { address, port } = this.#options.self();
    const transport = this.#link.protocol === 'UDP' ? '' : `;transport=${this.#link.protocol.toLowerCase()}`;
    const self = `@${hostOf(address)}:${port}${transport}`;
    return { ...message, headers: message.headers.flatMap((one) => honest(one, self)) };
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
function honest(one: readonly [name: string, value: string], self: string): (readonly [string, string])[] {
  const [name, value] = one;
  if (name === 'allow') return [[name, ALLOW]];
  if (name === 'contact') return [[name, value.replace(';ob>', '>').replace(`@${SELF}`, self)]];
  if (name !== 'supported') return [one];
  const kept = value.split(/\s*,\s*/).filter((tag) => SUPPORTED.has(tag));
  return kept.length > 0 ? [[name, kept.join(', ')]] : [];
}
