import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { header, type Message, readMessage } from '../../../src/terminal/telephony/sip/wire/message.ts';
import { openTestAccount, until } from '../../terminal/telephony/sip/fakes.ts';
import { ANSWER, sdp } from '../../terminal/telephony/sip/far-end.ts';
import { IDLE, tagged, value } from './values.ts';

const PACE = { timing: { t1: 200, t2: 800 }, backOff: { first: 100, longest: 400 }, farewell: 200 };
/** Nobody is found by name: a way that is none is that to who named it. */
const NAMES = { naptr: async () => [], srv: async () => [], addresses: async () => [] };

const SEED = Number(process.env.SEED ?? 20_261_129);
/** Headers replaced in all. */
const COUNT = 20_000;
/** In each message. */
const EACH = 5;
const AT_ONCE = 12;

const KINDS = [
  { name: 'talk', outcome: ['ringing', 'answered', 'hold', 'far-ended'] },
  { name: 'hang up', outcome: ['ringing', 'answered', 'BYE'] },
  { name: 486, outcome: ['ringing', 'dial-failed busy', 'ACK'] },
  { name: 302, outcome: ['ringing', 'dial-failed unreachable', 'ACK'] },
  { name: 603, outcome: ['ringing', 'dial-failed rejected', 'ACK'] },
] as const;

/** Says what a call has to say with headers of chance, and takes note of what came of it. */
class Exchange {
  readonly #kind: (typeof KINDS)[number];
  readonly #chance: Chance;
  readonly #send: (text: string) => void;
  readonly #port: number;
  readonly said: string[] = [];
  readonly seen: string[] = [];
  #invite: Message | null = null;
  #acknowledged = false;
  #held = false;

  constructor(kind: (typeof KINDS)[number], chance: Chance, port: number, send: (text: string) => void) {
    this.#kind = kind;
    this.#chance = chance;
    this.#port = port;
    this.#send = send;
  }

  heard(message: Message): void {
    if (message.status !== null) this.#answered(message);
    else if (message.method === 'INVITE') this.#invited(message);
    else if (message.method === 'BYE') {
      if (!this.seen.includes('BYE')) this.seen.push('BYE');
      this.#say(this.#response(message, '200 OK'));
    }
    if (message.status !== null || message.method !== 'ACK' || this.#acknowledged) return;
    this.#acknowledged = true;
    if (typeof this.#kind.name === 'number') this.seen.push('ACK');
    else if (this.#kind.name === 'talk') this.#ask('UPDATE', 1, ANSWER);
  }

  #invited(invite: Message): void {
    if (this.#invite) {
      for (const text of this.said.slice(0, 2)) this.#send(text);
      return;
    }
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
        `Via: SIP/2.0/UDP 127.0.0.1:${this.#port};branch=z9hG4bK${invite.callId}.${cseq}${method === 'ACK' ? 'a' : ''};rport`,
        `Via: ${this.#chance.value()}`,
        `From: ${this.#chance.tagged('far')}`,
        `To: ${this.#chance.tagged(invite.fromTag ?? '')}`,
        `Call-ID: ${invite.callId}`,
        `CSeq: ${cseq} ${method}`,
      ]),
    );
  }

  #write(start: string, body: string, needed: string[]): string {
    const idle = Array.from({ length: EACH - 2 }, () => `${this.#chance.name()}: ${this.#chance.value()}`);
    const type = body === '' ? [] : ['Content-Type: application/sdp'];
    const lines = [start, ...needed, `Contact: ${this.#chance.contact(this.#port)}`, ...idle, ...type];
    return `${lines.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  }

  #say(text: string): void {
    this.said.push(text);
    this.#send(text);
  }
}

/** Values of one seed, in order. */
class Chance {
  readonly #values: readonly string[];
  readonly #tagged: readonly ((tag: string) => string)[];
  #at = 0;

  constructor(seed: number) {
    this.#values = fc.sample(value, { seed, numRuns: 5_000 });
    this.#tagged = fc.sample(tagged, { seed, numRuns: 5_000 });
  }

  get replaced(): number {
    return this.#at;
  }

  value(): string {
    return this.#values[this.#next()] ?? '';
  }

  tagged(tag: string): string {
    return this.#tagged[this.#next()]?.(tag) ?? '';
  }

  name(): string {
    return IDLE[this.#at % IDLE.length] ?? '';
  }

  /** One that leads to us, or nowhere. */
  contact(port: number): string {
    const text = this.value();
    const ours = `<sip:far@127.0.0.1:${port}>`;
    if (this.#at % 3 === 0) return ours;
    return this.#at % 3 === 1
      ? text.replace(/192\.0\.2\.1|1\.2\.3\.4\.5|\[2001:db8::1\]/g, 'gw_1')
      : `${text.replace(/[<>"\\,\r\n]/g, '')} ${ours};x=1`;
  }

  #next(): number {
    this.#at += 1;
    if (this.#at % 5_000 === 0) this.#shuffled += 7;
    return (this.#at * 13 + this.#shuffled) % 5_000;
  }

  #shuffled = 0;
}

test(`a header on which nothing hangs changes nothing, whatever it has (SEED=${SEED})`, async () => {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const { account, events } = await openTestAccount(port, {}, PACE, NAMES);
  const exchanges = new Map<string, Exchange>();
  const over = new Set<string>();
  let waiting: ((callId: string) => Exchange) | null = null;
  socket.on('message', (data, from) => {
    const message = readMessage(data.toString('latin1'));
    terminal = from.port;
    const known =
      exchanges.get(message.callId) ??
      (message.status === null && message.method === 'INVITE' && message.toTag === null && !over.has(message.callId)
        ? waiting?.(message.callId)
        : undefined);
    known?.heard(message);
  });
  let terminal = 0;
  const send = (text: string) => socket.send(Buffer.from(text, 'latin1'), terminal, '127.0.0.1');
  const chance = new Chance(SEED);
  try {
    for (let n = 0; chance.replaced < COUNT; n += AT_ONCE) {
      events.length = 0;
      exchanges.clear();
      const queue = Array.from(
        { length: AT_ONCE },
        (_, i) => new Exchange(KINDS[(n + i) % KINDS.length] ?? KINDS[0], chance, port, send),
      );
      const all = [...queue];
      const names = all.map((_, i) => `${n + i}`);
      // A call's INVITE comes in the order in which it was dialled, but for loss: each name is dialled to a number of its own.
      waiting = (callId) => {
        const exchange = queue.shift() as Exchange;
        exchanges.set(callId, exchange);
        return exchange;
      };
      for (const [i, name] of names.entries()) {
        account.dial(name, `+1202555${String(1_000 + i)}`, { privileged: false });
        await until('its INVITE', () => exchanges.size === i + 1);
      }
      for (const [i, name] of names.entries()) {
        const exchange = all[i] as Exchange;
        const kind = KINDS[(n + i) % KINDS.length] ?? KINDS[0];
        let hungUp = false;
        const told = () => [
          ...new Set(
            events.flatMap((event) => {
              if (!('call' in event) || event.call !== name || event.type === 'redirected') return [];
              return event.type === 'dial-failed' ? `dial-failed ${event.failure}` : event.type;
            }),
          ),
          ...exchange.seen,
        ];
        try {
          await until(`call ${name}: ${kind.name}`, () => {
            if (kind.name === 'hang up' && !hungUp && told().includes('answered')) {
              hungUp = true;
              account.hangUp(name);
            }
            return told().join() === kind.outcome.join();
          });
        } catch {
          expect({ told: told(), said: exchange.said }).toEqual({ told: kind.outcome, said: [] });
        }
      }
    }
    expect(events.filter(({ type }) => type === 'malformed')).toEqual([]);
  } finally {
    await account.close();
    socket.close();
  }
}, 600_000);
