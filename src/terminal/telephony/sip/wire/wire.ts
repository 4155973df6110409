import type { Log, Peer } from '../config.ts';
import type { Link } from '../link/link.ts';
import { withSessionBody } from '../sdp/session-body.ts';
import { type Challenge, wrapChallenge } from '../trunk/challenge.ts';
import { canonicalBranch, canonicalRequest, canonicalResponse, type Dialog, SELF, spoken } from './canonical.ts';
import { Gate } from './gate.ts';
import {
  header,
  Malformed,
  type Message,
  readLeniently,
  readMessage,
  type Via,
  withVia,
  writeMessage,
} from './message.ts';
import { said } from './opaque.ts';
import { replyTo as reply } from './reply.ts';
import { Retransmission, type Timing, type Written } from './retransmission.ts';
import { hostOf, nextHop, type Resolve, replyTo } from './route.ts';

/** What a wire tells upwards. */
export interface WireListener {
  /** Whether a Call-ID is of a call under way. Only its messages are worth the parser of SIP.js, a millisecond each. */
  knows(callId: string): boolean;
  /** A request outside any call of ours: returns the response to send, or null for none. */
  unsolicited(request: Message): string | null;
  /** A request inside a call: returns the response to send, or null where SIP.js is to have it. */
  asked(request: Message): string | null;
  /** The dialog of a request; null where there is none. */
  dialog(request: Message): Dialog | null;
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
  /** All the trunk's targets: what they send is the trunk's. */
  targets(): readonly Peer[];
  /** Whether a challenge of a response to `asked` is to be answered. */
  answers(challenge: Challenge, asked: Written): boolean;
  readonly resolve: Resolve;
  readonly timing: Timing;
}

/** The methods we act on; what SIP.js would list contains some that a terminal refuses. */
export const ALLOW = 'INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE';

/** As many addresses that we have written to, and requests inside dialogs, are remembered at once. */
const MOST_PARTNERS = 64;
const MOST_INSIDE = 128;

/** What a reply has of its request. */
const OF_REQUEST = new Set(['via', 'from', 'to', 'call-id', 'cseq', 'content-length']);

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
  /** Addresses of whom we have written requests to: targets, and who their answers named as the way of a dialog. */
  readonly #partners = new Set<string>();
  /** Requests inside dialogs that SIP.js was given, by the branch and method it knows them by. */
  readonly #inside = new Map<string, { readonly request: Message; readonly from: Peer }>();
  /** Messages of strangers that were not read, since that was last told. */
  #shut = 0;
  #shutTold = Number.NEGATIVE_INFINITY;

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
    const written = readMessage(Buffer.from(text).toString('latin1'));
    if (written.status !== null) return this.#reply(written);
    const request = this.#stamp(spoken(written));
    const to = await this.#destination(request, written);
    await this.#dispatch(request, to, written);
  }

  async #destination(request: Message, written: Message): Promise<Peer> {
    const invited = this.#retransmission.target(request.branch);
    if (invited) return invited;
    if (written.toTag === null) return this.#options.server();
    try {
      return await nextHop(request, this.#link.protocol, this.#options.resolve);
    } catch (error) {
      // A way that cannot be read or has no address: who named it is asked.
      const named = said(header(written, 'route') ?? written.uri);
      if (!named) throw error;
      return named.by;
    }
  }

  /** A response of SIP.js, to the request as it came. */
  async #reply(written: Message): Promise<void> {
    const asked = this.#inside.get(`${written.branch} ${written.method}`);
    if (!asked) throw new Malformed('a response to nothing that was asked');
    const { start, status, body, headers: all } = this.#listener.answering({ ...written, cseq: asked.request.cseq });
    const headers = all.filter(([name]) => !OF_REQUEST.has(name));
    const response = reply(asked.request, { status: status ?? 0, reason: start.slice(12), headers, body });
    const honest = this.#honest(response);
    await this.#dispatch(honest, await this.#asker(honest, asked.from));
  }

  /** A response goes to the stream that its request came by (RFC 3261 18.2.2), or to where its Via says. */
  async #asker(response: Message, from: Peer): Promise<Peer> {
    if (this.#link.reliable) return from;
    return replyTo(response.via, this.#options.resolve).catch(() => from);
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
      const message = withSessionBody(this.#read(text));
      if (message.status === null) this.#request(this.#received(message, from), from);
      else this.#response(message, from);
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

  /** What cannot be read is read as well as it can where it is of a call: a BYE ends it whatever is wrong with it. */
  #read(text: string): Message {
    try {
      return this.#retransmission.named(readMessage(text));
    } catch (error) {
      const best = readLeniently(text);
      if (best.status !== null) {
        const response = this.#retransmission.named(best);
        if (this.#retransmission.written(response)) return response;
      } else if (best.toTag !== null && (best.method === 'BYE' || best.cseq > 0) && this.#listener.knows(best.callId)) {
        return best;
      }
      throw error;
    }
  }

  #request(message: Message, from: Peer): void {
    if (!this.#retransmission.received(message, from)) return;
    this.#log.debug({ sip: message.method, callId: message.callId }, 'SIP request received');
    const known = message.toTag !== null && this.#listener.knows(message.callId);
    const inside = known && this.#isPartner(from);
    if (known && !inside) this.#strange(message.method, from);
    const answer = inside ? this.#listener.asked(message) : this.#listener.unsolicited(message);
    if (inside && answer === null) {
      this.#deliverRequest(message, from);
      return;
    }
    if (answer === null) return;
    const response = this.#honest(readMessage(answer));
    this.#asker(response, from)
      .then((to) => this.#dispatch(response, to))
      .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'SIP response could not be sent'));
  }

  #deliverRequest(request: Message, from: Peer): void {
    const key = `${canonicalBranch(request)} ${request.method}`;
    this.#inside.delete(key);
    this.#inside.set(key, { request, from });
    const [oldest] = this.#inside.keys();
    if (this.#inside.size > MOST_INSIDE && oldest !== undefined) this.#inside.delete(oldest);
    const canonical = canonicalRequest(request, this.#options.user, from, this.#listener.dialog(request));
    this.#listener.deliver(writeMessage(canonical));
  }

  #response(message: Message, from: Peer): void {
    const asked = this.#retransmission.written(message);
    if (!asked) {
      this.#log.debug({ sip: message.start, callId: message.callId }, 'SIP response to nothing of ours, dropped');
      return;
    }
    if (!this.#isPartner(from)) {
      this.#strange(`${message.status} to ${message.method}`, from);
      return;
    }
    const response = { ...message, callId: asked.request.callId, cseq: asked.request.cseq };
    if (!this.#retransmission.received(response, from)) return;
    this.#log.debug({ sip: `${message.status} ${message.method}`, callId: response.callId }, 'SIP response received');
    const invited = message.method === 'INVITE';
    const read = invited ? this.#listener.answered(response) : response;
    const answerable = wrapChallenge(read, (challenge) => this.#options.answers(challenge, asked));
    this.#listener.deliver(writeMessage(canonicalResponse(answerable, asked.request, from)));
    if (invited) this.#listener.delivered(read);
  }

  /** Whoever is at the other end of a connection of ours is; over UDP the trunk's targets, and whom we have written to. */
  #isPartner({ address }: Peer): boolean {
    if (this.#link.reliable || this.#partners.has(address)) return true;
    return this.#options.targets().some((target) => target.address === address);
  }

  #strange(what: string, { address, port }: Peer): void {
    this.#listener.malformed(
      `${what} of a call of ours from ${address}:${port}, which is no part of the trunk: not heeded`,
    );
  }

  async #dispatch(message: Message, to: Peer, written: Message = message): Promise<void> {
    const text = writeMessage(message);
    this.#log.debug({ sip: message.status ?? message.method, callId: message.callId, to }, 'SIP message sent');
    this.#retransmission.sent(message, text, to, written);
    if (message.status === null) {
      this.#gate.know(to);
      this.#partners.delete(to.address);
      this.#partners.add(to.address);
      const [oldest] = this.#partners;
      if (this.#partners.size > MOST_PARTNERS && oldest !== undefined) this.#partners.delete(oldest);
    }
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
    const { address, port } = this.#options.self();
    const via: Via = { ...message.via, protocol: this.#link.protocol, host: hostOf(address), port };
    return withVia(this.#honest(message), via);
  }

  #honest(message: Message): Message {
    const { address, port } = this.#options.self();
    const transport = this.#link.protocol === 'UDP' ? '' : `;transport=${this.#link.protocol.toLowerCase()}`;
    const self = `@${hostOf(address)}:${port}${transport}`;
    return { ...message, headers: message.headers.flatMap((one) => honest(one, self)) };
  }

  /** Notes where a request came from, so that the response finds its way back (RFC 3261 18.2.1, RFC 3581 4). */
  #received(message: Message, from: Peer): Message {
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
