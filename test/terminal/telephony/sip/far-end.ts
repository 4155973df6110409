import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { header, type Message, readMessage, writeMessage } from '../../../../src/terminal/telephony/sip/message.ts';
import { type Reply, writeReply } from '../../../../src/terminal/telephony/sip/reply.ts';
import { until } from './fakes.ts';

/** An SDP answer of somebody who takes PCMU and RFC 4733. */
export const ANSWER = sdp({});

/** An SDP of one audio stream. */
export function sdp(what: { payloads?: string; port?: number; direction?: string; address?: string }): string {
  const { payloads = '0 101', port = 50_000, direction = 'sendrecv', address = '127.0.0.1' } = what;
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${payloads}`,
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');
}

/** A far end that does only what the test tells it to, datagram by datagram. */
export class FarEnd {
  readonly #socket: Socket;
  /** Everything that came, repetitions too. */
  readonly received: Message[] = [];
  #from = { address: '127.0.0.1', port: 0 };
  #read = 0;
  readonly #known = new Set<string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (data, from) => {
      this.#from = from;
      this.received.push(readMessage(data.toString()));
    });
  }

  static async open(port = 0): Promise<FarEnd> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new FarEnd(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** The next message that the test has not seen yet: a request of that method, or a response of that status. */
  async next(what: string | number): Promise<Message> {
    const is = (m: Message) => (typeof what === 'number' ? m.status === what : m.status === null && m.method === what);
    const find = () => this.received.findIndex((m, i) => i >= this.#read && is(m));
    await until(`${what} at the far end`, () => find() >= 0);
    const at = find();
    this.#read = at + 1;
    return this.received[at] as Message;
  }

  /** The next request of that method that is no repetition. */
  async fresh(method: string): Promise<Message> {
    for (;;) {
      const request = await this.next(method);
      const key = `${request.branch} ${method}`;
      if (this.#known.has(key)) continue;
      this.#known.add(key);
      return request;
    }
  }

  /** How many messages of that method or status came in all. */
  count(what: string | number): number {
    return this.received.filter((m) =>
      typeof what === 'number' ? m.status === what : m.status === null && m.method === what,
    ).length;
  }

  /** The same without repetitions. */
  distinct(method: string): number {
    return new Set(this.received.filter((m) => m.status === null && m.method === method).map((m) => m.branch)).size;
  }

  reply(request: Message, status: number, reply: Partial<Reply> = {}): void {
    this.raw(writeReply(request, { status, reason: 'As The Test Says', toTag: 'far', ...reply }));
  }

  /** A response with Contact, and a body where one is given. */
  answer(invite: Message, status: number, body = '', toTag = 'far'): void {
    const type = body === '' ? [] : [['content-type', 'application/sdp'] as const];
    this.reply(invite, status, { toTag, body, headers: [['contact', `<sip:far@127.0.0.1:${this.port}>`], ...type] });
  }

  /** Sends a request inside the dialog that `invite` opened; returns it as sent. */
  request(invite: Message, method: string, cseq: number, body = '', more: [string, string][] = []): string {
    const target = /<([^>]+)>/.exec(header(invite, 'contact') ?? '')?.[1] ?? '';
    const headers: [string, string][] = [
      ['via', `SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${randomBytes(6).toString('hex')};rport`],
      ['max-forwards', '70'],
      ['from', `${header(invite, 'to')};tag=far`],
      ['to', header(invite, 'from') ?? ''],
      ['call-id', invite.callId],
      ['cseq', `${cseq} ${method}`],
      ['contact', `<sip:far@127.0.0.1:${this.port}>`],
      ...more,
    ];
    if (body !== '') headers.push(['content-type', 'application/sdp']);
    const text = writeMessage({ start: `${method} ${target} SIP/2.0`, headers, body });
    this.raw(text);
    return text;
  }

  /** Any bytes, to where the last message came from, or a given port. */
  raw(data: string | Buffer, port = this.#from.port): void {
    this.#socket.send(data, port, '127.0.0.1');
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}
