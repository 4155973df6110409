import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Protocol } from '../../../../src/terminal/telephony/sip/link/link.ts';
import {
  header,
  type Message,
  readMessage,
  writeMessage,
} from '../../../../src/terminal/telephony/sip/wire/message.ts';
import { type Reply, writeReply } from '../../../../src/terminal/telephony/sip/wire/reply.ts';
import { until } from './waiting.ts';

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

/** What carries the messages of a far end. */
export interface Carrier {
  readonly protocol: Protocol;
  readonly port: number;
  /** To where the last message came from, or the port given, where there is such a thing. */
  send(data: string | Buffer, port?: number): void;
  close(): Promise<void>;
}

/** A far end that does only what the test tells it to, datagram by datagram. */
export class FarEnd {
  readonly #carrier: Carrier;
  /** Everything that came, repetitions too. */
  readonly received: Message[] = [];
  #read = 0;
  readonly #known = new Set<string>();

  /** Made by what carries its messages; `heard` of that is this one's. */
  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  static async open(port = 0): Promise<FarEnd> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    let from = 0;
    const far = new FarEnd({
      protocol: 'UDP',
      port: socket.address().port,
      send: (data, to) =>
        socket.send(typeof data === 'string' ? Buffer.from(data, 'latin1') : data, to ?? from, '127.0.0.1'),
      close: () => new Promise((resolve) => socket.close(() => resolve())),
    });
    socket.on('message', (data, { port }) => {
      from = port;
      far.heard(data.toString('latin1'));
    });
    return far;
  }

  get port(): number {
    return this.#carrier.port;
  }

  get contact(): string {
    const { protocol, port } = this.#carrier;
    return `<sip:far@127.0.0.1:${port}${protocol === 'UDP' ? '' : `;transport=${protocol.toLowerCase()}`}>`;
  }

  /** Takes a message; a keep-alive is none. */
  heard(text: string): void {
    if (text.trim() !== '') this.received.push(readMessage(text));
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
  answer(invite: Message, status: number, body = '', toTag = 'far', more: [string, string][] = []): void {
    const type = body === '' ? [] : [['content-type', 'application/sdp'] as const];
    this.reply(invite, status, { toTag, body, headers: [['contact', this.contact], ...type, ...more] });
  }

  /** Sends a request inside the dialog that `invite` opened; returns it as sent. */
  request(invite: Message, method: string, cseq: number, body = '', more: [string, string][] = []): string {
    const target = /<([^>]+)>/.exec(header(invite, 'contact') ?? '')?.[1] ?? '';
    const headers: [string, string][] = [
      [
        'via',
        `SIP/2.0/${this.#carrier.protocol} 127.0.0.1:${this.port};branch=z9hG4bK${randomBytes(6).toString('hex')};rport`,
      ],
      ['max-forwards', '70'],
      ['from', `${header(invite, 'to')};tag=far`],
      ['to', header(invite, 'from') ?? ''],
      ['call-id', invite.callId],
      ['cseq', `${cseq} ${method}`],
      ...more,
    ];
    const has = (name: string) => headers.some(([n]) => n === name);
    if (!has('contact')) headers.push(['contact', this.contact]);
    if (body !== '' && !has('content-type')) headers.push(['content-type', 'application/sdp']);
    const text = writeMessage({ start: `${method} ${target} SIP/2.0`, headers, body });
    this.raw(text);
    return text;
  }

  /** An INFO with a body of that type. */
  info(invite: Message, cseq: number, type: string, body: string): string {
    return this.request(invite, 'INFO', cseq, body, type === '' ? [] : [['content-type', type]]);
  }

  /** Any bytes, to where the last message came from, or a given port. */
  raw(data: string | Buffer, port?: number): void {
    this.#carrier.send(data, port);
  }

  close(): Promise<void> {
    return this.#carrier.close();
  }
}
