import { header, type Message } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { ANSWER, sdp } from '../../terminal/telephony/sip/far-end.ts';
import { FAR_PORT } from '../../terminal/telephony/sip/memory-link.ts';
import type { Chance } from './chance.ts';

/** A valid exchange, and what the terminal tells of it and says in it, each once, whatever is in headers that do not decide. */
export const KINDS = [
  { name: 'talk', outcome: ['ringing', 'answered', 'hold', 'far-ended'] },
  { name: 'hang up', outcome: ['ringing', 'answered', 'BYE'] },
  { name: 486, outcome: ['ringing', 'dial-failed busy', 'ACK'] },
  { name: 302, outcome: ['ringing', 'dial-failed unreachable', 'ACK'] },
  { name: 603, outcome: ['ringing', 'dial-failed rejected', 'ACK'] },
] as const;

export type Kind = (typeof KINDS)[number];

/** Headers on which nothing hangs, in each message. */
const IDLE_EACH = 10;

/** The far end of an exchange: says what it has to say with headers of chance, and takes note of how it is answered. */
export class Exchange {
  readonly #kind: Kind;
  readonly #chance: Chance;
  readonly #send: (text: string) => void;
  readonly said: string[] = [];
  /** Of an exchange that the terminal is to end, how it did. */
  readonly seen: string[] = [];
  #invite: Message | null = null;
  #acknowledged = false;
  #held = false;

  constructor(kind: Kind, chance: Chance, send: (text: string) => void) {
    this.#kind = kind;
    this.#chance = chance;
    this.#send = send;
  }

  heard(message: Message): void {
    if (message.status !== null) this.#answered(message);
    else if (message.method === 'INVITE') this.#invited(message);
    else if (message.method === 'BYE') {
      this.seen.push('BYE');
      this.#say(this.#response(message, '200 OK'));
    } else if (message.method === 'ACK') this.#confirmed();
  }

  #confirmed(): void {
    if (typeof this.#kind.name === 'number') this.seen.push('ACK');
    else if (this.#kind.name === 'talk' && !this.#acknowledged) this.#ask('UPDATE', 1, ANSWER);
    this.#acknowledged = true;
  }

  #invited(invite: Message): void {
    this.#invite = invite;
    this.#say(this.#response(invite, '180 Ringing'));
    const { name } = this.#kind;
    this.#say(
      typeof name === 'number'
        ? this.#response(invite, `${name} ${this.#chance.value()}`)
        : this.#response(invite, '200 OK', ANSWER),
    );
  }

  #answered({ status, method }: Message): void {
    if (status !== 200) return;
    if (method === 'UPDATE') this.#ask('INVITE', 2, sdp({ direction: 'sendonly' }));
    if (method === 'INVITE') {
      this.#ask('ACK', 2);
      if (!this.#held) this.#ask('BYE', 3);
      this.#held = true;
    }
  }

  #response(request: Message, status: string, body = ''): string {
    return this.#write(`SIP/2.0 ${status.replace(/\r\n /g, ' ')}`, body, [
      `Via: ${header(request, 'via')}`,
      `From: ${this.#chance.value()}`,
      `To: ${this.#chance.tagged('far')}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq} ${request.method}`,
    ]);
  }

  #ask(method: string, cseq: number, body = ''): void {
    const invite = this.#invite as Message;
    this.#say(
      this.#write(`${method} sip:terminal@127.0.0.1 SIP/2.0`, body, [
        `Via: SIP/2.0/UDP 127.0.0.1:${FAR_PORT};branch=z9hG4bK${invite.callId}.${cseq}${method === 'ACK' ? 'a' : ''};rport`,
        `Via: ${this.#chance.value()}`,
        `From: ${this.#chance.tagged('far')}`,
        `To: ${this.#chance.tagged(invite.fromTag ?? '')}`,
        `Call-ID: ${invite.callId}`,
        `CSeq: ${cseq} ${method}`,
      ]),
    );
  }

  #write(start: string, body: string, needed: string[]): string {
    const idle = Array.from({ length: IDLE_EACH }, () => `${this.#chance.name()}: ${this.#chance.value()}`);
    const type = body === '' ? [] : ['Content-Type: application/sdp'];
    const lines = [start, ...needed, `Contact: ${this.#chance.contact(FAR_PORT)}`, ...idle, ...type];
    return `${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }

  #say(text: string): void {
    this.said.push(text);
    this.#send(text);
  }
}
