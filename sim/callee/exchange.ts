import type { Peer } from '../../src/terminal/telephony/sip/config.ts';
import type { Link } from '../../src/terminal/telephony/sip/link/link.ts';
import { openUdp } from '../../src/terminal/telephony/sip/link/udp.ts';
import { Malformed, type Message, readMessage } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';
import { Retransmission, TIMING } from '../../src/terminal/telephony/sip/wire/retransmission.ts';
import { IncomingCall } from './incoming-call.ts';
import { Registrar, type RegistrarOptions } from './registrar.ts';

/** Hears of the calls that come in. */
export interface ExchangeListener {
  /** A call has come in; it has not been answered in any way. */
  called(call: IncomingCall): void;
  /** The caller has cancelled it or hung up. */
  ended(call: IncomingCall): void;
}

/**
 * The telephone network as one terminal sees it: a registrar and a far end that takes one call at a time. Written for
 * itself, and not on SIP.js, so that the terminal is tried against something that does not share its faults.
 */
export class Exchange {
  readonly #link: Link;
  readonly #listener: ExchangeListener;
  readonly #registrar: Registrar;
  readonly #retransmission: Retransmission;
  #call: IncomingCall | null = null;

  private constructor(link: Link, registrar: RegistrarOptions, listener: ExchangeListener) {
    this.#link = link;
    this.#listener = listener;
    this.#registrar = new Registrar(registrar);
    this.#retransmission = new Retransmission((text, to) => this.#transmit(text, to), TIMING, link.reliable);
  }

  /** Opens on an address; port 0 takes a free one. */
  static async open(registrar: RegistrarOptions, listener: ExchangeListener, local: Peer): Promise<Exchange> {
    let exchange: Exchange | undefined;
    const link = await openUdp(local, {
      message: (text, from) => exchange?.receive(text, from),
      fault: () => undefined,
    });
    exchange = new Exchange(link, registrar, listener);
    return exchange;
  }

  get local(): Peer {
    return this.#link.local;
  }

  receive(text: string, from: Peer): void {
    try {
      const message = readMessage(text);
      if (!this.#retransmission.received(message, from) || message.status !== null) return;
      this.#request(message, from);
    } catch (error) {
      // Noise on the line is of no interest to a simulated network.
      if (!(error instanceof Malformed)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#call?.drop();
    this.#retransmission.close();
    await this.#link.close();
  }

  #request(request: Message, from: Peer): void {
    if (this.#call?.owns(request)) this.#call.receive(request);
    else if (request.method === 'INVITE') this.#invited(request, from);
    else if (request.method !== 'ACK') this.#send(this.#answer(request), from);
  }

  #answer(request: Message): string {
    if (request.method === 'REGISTER') return this.#registrar.answer(request);
    if (request.method === 'OPTIONS') return writeReply(request, { status: 200, reason: 'OK' });
    return writeReply(request, { status: 481, reason: 'Call/Transaction Does Not Exist' });
  }

  #invited(invite: Message, from: Peer): void {
    if (this.#call && this.#call.phase !== 'over') {
      this.#send(writeReply(invite, { status: 486, reason: 'Busy Here' }), from);
      return;
    }
    this.#send(writeReply(invite, { status: 100, reason: 'Trying' }), from);
    const call = new IncomingCall(invite, {
      local: this.#link.local,
      send: (text) => this.#send(text, from),
      ended: () => this.#listener.ended(call),
    });
    this.#call = call;
    this.#listener.called(call);
  }

  #send(text: string, to: Peer): void {
    this.#retransmission.sent(readMessage(text), text, to);
    this.#transmit(text, to);
  }

  #transmit(text: string, to: Peer): void {
    // A terminal that is gone is told nothing: there is nobody to report it to.
    this.#link.send(text, to).catch(() => undefined);
  }
}
