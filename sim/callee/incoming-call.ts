import { randomBytes } from 'node:crypto';
import type { Peer } from '../../src/terminal/telephony/sip/config.ts';
import { header, type Message, writeMessage } from '../../src/terminal/telephony/sip/wire/message.ts';
import { writeReply } from '../../src/terminal/telephony/sip/wire/reply.ts';

/** What an incoming call does to those around it. */
export interface IncomingCallContext {
  /** Own address and port. */
  readonly local: Peer;
  send(text: string): void;
  /** The caller has cancelled or hung up. */
  ended(): void;
}

const T1 = 500;
const T2 = 4_000;
const REASONS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
  603: 'Decline',
};

/** One call that comes in, from its INVITE on (RFC 3261 13.3, 15). */
export class IncomingCall {
  readonly #invite: Message;
  readonly #context: IncomingCallContext;
  readonly #tag = randomBytes(6).toString('hex');
  #phase: 'ringing' | 'answered' | 'over' = 'ringing';
  #cseq = 1;
  /** Repeats the 200 until its ACK comes (RFC 3261 13.3.1.4). */
  #repeat: NodeJS.Timeout | null = null;

  constructor(invite: Message, context: IncomingCallContext) {
    this.#invite = invite;
    this.#context = context;
  }

  get sdp(): string {
    return this.#invite.body;
  }

  get phase(): 'ringing' | 'answered' | 'over' {
    return this.#phase;
  }

  /** True for a request that belongs to this call. */
  owns(request: Message): boolean {
    return request.callId === this.#invite.callId && request.fromTag === this.#invite.fromTag;
  }

  ring(): void {
    this.#reply(this.#invite, 180, 'Ringing');
  }

  answer(sdp: string): void {
    if (this.#phase !== 'ringing') return;
    this.#phase = 'answered';
    this.#accept(sdp, T1);
  }

  reject(status: number): void {
    if (this.#phase !== 'ringing') return;
    this.#phase = 'over';
    this.#reply(this.#invite, status, REASONS[status] ?? 'Refused');
  }

  /** BYE of an answered call; a ringing one is declined. */
  hangUp(): void {
    this.reject(603);
    if (this.#phase !== 'answered') return;
    this.#close();
    this.#cseq += 1;
    const target = /<([^>]+)>/.exec(header(this.#invite, 'contact') ?? '')?.[1] ?? '';
    const { address, port } = this.#context.local;
    this.#context.send(
      writeMessage({
        start: `BYE ${target} SIP/2.0`,
        headers: [
          ['via', `SIP/2.0/UDP ${address}:${port};branch=z9hG4bK${randomBytes(8).toString('hex')};rport`],
          ['max-forwards', '70'],
          ['from', `${header(this.#invite, 'to')};tag=${this.#tag}`],
          ['to', header(this.#invite, 'from') ?? ''],
          ['call-id', this.#invite.callId],
          ['cseq', `${this.#cseq} BYE`],
        ],
        body: '',
      }),
    );
  }

  /** Takes a further request of this call. */
  receive(request: Message): void {
    if (request.method === 'ACK') this.#silence();
    else if (request.method === 'CANCEL') {
      this.#reply(request, 200, 'OK');
      if (this.#phase !== 'ringing') return;
      this.#phase = 'over';
      this.#reply(this.#invite, 487, 'Request Terminated');
      this.#context.ended();
    } else if (request.method === 'BYE') {
      this.#reply(request, 200, 'OK');
      if (this.#phase !== 'answered') return;
      this.#close();
      this.#context.ended();
    } else this.#reply(request, 481, 'Call/Transaction Does Not Exist');
  }

  /** Forgets the call without a word. */
  drop(): void {
    this.#close();
  }

  #accept(sdp: string, wait: number): void {
    const { address, port } = this.#context.local;
    this.#context.send(
      writeReply(this.#invite, {
        status: 200,
        reason: 'OK',
        toTag: this.#tag,
        headers: [
          ['contact', `<sip:${address}:${port}>`],
          ['content-type', 'application/sdp'],
        ],
        body: sdp,
      }),
    );
    this.#repeat = setTimeout(() => this.#accept(sdp, Math.min(wait * 2, T2)), wait);
  }

  #reply(request: Message, status: number, reason: string): void {
    const { address, port } = this.#context.local;
    const headers = [['contact', `<sip:${address}:${port}>`] as const];
    this.#context.send(writeReply(request, { status, reason, toTag: this.#tag, headers }));
  }

  #silence(): void {
    if (this.#repeat) clearTimeout(this.#repeat);
    this.#repeat = null;
  }

  #close(): void {
    this.#silence();
    this.#phase = 'over';
  }
}
