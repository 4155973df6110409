import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Message, readMessage } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';

const PROBE = 'probe of the fuzz';

/**
 * The server of a terminal, on a socket. It takes every end of a call, keeps nothing but the newest INVITE, and can tell that
 * all it has sent was read.
 */
export class Far {
  readonly #socket: Socket;
  /** The terminal's port; 0 before it was heard. */
  #terminal = 0;
  #probes = 0;
  #probed = 0;
  /** The INVITE of a call that is new, once it has come. */
  invite: Message | null = null;
  /** Call-IDs of late: an INVITE of theirs is repeated, or goes on. */
  readonly #calls = new Set<string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data, from) => {
      this.#terminal = from.port;
      this.#heard(data.toString());
    });
  }

  static async open(): Promise<Far> {
    const socket = createSocket({ type: 'udp4', sendBufferSize: 1 << 20 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Far(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  send(data: string | Buffer): void {
    this.#socket.send(data, this.#terminal, '127.0.0.1');
  }

  /** Waits until the terminal has read what was sent so far; rejects where it answers no more. */
  async settled(): Promise<void> {
    const number = ++this.#probes;
    const end = performance.now() + 20_000;
    for (let next = 0; this.#probed < number; ) {
      const now = performance.now();
      if (now > end) throw new Error('the terminal answers no OPTIONS any more');
      if (now > next) {
        this.#probe(number);
        next = now + 1_000;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    this.#socket.close();
  }

  #probe(number: number): void {
    this.send(
      `OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${number}.${performance.now()}\r\n` +
        `From: <sip:p@p.example>;tag=p\r\nTo: <sip:a@127.0.0.1>\r\nCall-ID: ${PROBE}\r\nCSeq: ${number} OPTIONS\r\nContent-Length: 0\r\n\r\n`,
    );
  }

  #heard(text: string): void {
    if (text.trim() === '') return;
    const message = readMessage(text);
    if (message.status !== null) {
      if (message.callId === PROBE) this.#probed = Math.max(this.#probed, message.cseq);
      return;
    }
    if (message.method === 'INVITE' && message.toTag === null) this.#invited(message);
    else if (message.method !== 'ACK') this.send(writeReply(message, { status: 200, reason: 'OK', toTag: 'far' }));
    if (message.method !== 'CANCEL' || message.callId !== this.invite?.callId) return;
    this.send(writeReply(this.invite, { status: 487, reason: 'Request Terminated', toTag: 'far' }));
  }

  #invited(invite: Message): void {
    if (this.#calls.has(invite.callId)) return;
    this.#calls.add(invite.callId);
    const [oldest] = this.#calls;
    if (this.#calls.size > 200 && oldest !== undefined) this.#calls.delete(oldest);
    this.invite = invite;
  }
}
