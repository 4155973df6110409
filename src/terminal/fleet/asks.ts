import type { Ask, Reply, Telling } from '../../protocol/ask.ts';
import { CallSecret } from '../../protocol/call-secret.ts';
import { numberDialled } from '../../protocol/dial-plan.ts';
import type { NameReply, PlatformReply, PlatformRequest, ReplyMessage } from '../../protocol/messages.ts';
import { openToldName, SealingError, sealName, sealPin, sealVoice } from '../../protocol/sealing.ts';
import { type CallId, type Millis, millis, type PhoneNumber } from '../../protocol/units.ts';
import type { VoiceRequest } from '../../protocol/voice-check.ts';
import { type Connection, LinkError } from './connection.ts';
import { envelop, Malformed } from './message.ts';
import type { FleetOptions } from './options.ts';
import type { FleetEvent } from './port.ts';

/** Answers already had are remembered this far back, to tell one that came twice from one never asked for. */
const REMEMBERED = 64;

type Cause = Extract<FleetEvent, { type: 'no-reply' }>['cause'];
type AsksOptions = Pick<FleetOptions, 'terminal' | 'keys' | 'replyTimeout' | 'now' | 'log'>;

/** An answer that can be read. */
type Opened = Exclude<PlatformReply, NameReply> | Extract<Reply, { type: 'name' }>;

interface Waiting {
  readonly call: CallId;
  readonly ask: Ask;
  readonly settle: (outcome: Opened | Cause) => void;
}

/** Requests to the platform that wait for their answers. */
export class Asks {
  readonly #options: AsksOptions;
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #emit: (event: FleetEvent) => void;
  readonly #waiting = new Map<string, Waiting>();
  readonly #answered: string[] = [];
  /** What was granted last. */
  #granted: { readonly call: CallId; readonly number: PhoneNumber } | null = null;
  /** The secret of the call in which a PIN was keyed last: here and nowhere else on this phone. */
  #secret: { readonly call: CallId; readonly secret: CallSecret } | null = null;

  constructor(options: AsksOptions, connection: Connection, topic: string, emit: (event: FleetEvent) => void) {
    this.#options = options;
    this.#connection = connection;
    this.#topic = topic;
    this.#emit = emit;
  }

  /** Asks; exactly one `reply` or `no-reply` is emitted for it, never within this call. */
  ask(call: CallId, request: number, ask: Ask): void {
    let settled = false;
    let id: string | null = null;
    const settle = (outcome: Opened | Cause) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (id !== null) this.#waiting.delete(id);
      if (typeof outcome === 'string') return this.#emit({ type: 'no-reply', call, request, cause: outcome });
      if (outcome.type === 'error' || outcome.type === 'record') {
        const detail = outcome.type === 'error' ? outcome.detail : '';
        this.#options.log.warn({ call, request, detail }, 'the platform did not understand the request');
        return this.#emit({ type: 'no-reply', call, request, cause: 'error' });
      }
      this.#emit({ type: 'reply', call, request, reply: outcome });
    };
    const timer = setTimeout(() => settle('timeout'), this.#options.replyTimeout);
    if (!this.#connection.isUp) {
      queueMicrotask(() => settle('offline'));
      return;
    }
    this.#send(call, request, ask, (sent) => {
      id = sent;
      if (!settled) this.#waiting.set(sent, { call, ask, settle });
    }).catch((error: unknown) => {
      if (!(error instanceof LinkError)) this.#options.log.error({ err: error, call }, 'the request cannot be made');
      settle(error instanceof LinkError ? 'offline' : 'error');
    });
  }

  /** Takes an answer. @throws Malformed where nothing asked for it, or it does not open */
  async receive(message: ReplyMessage): Promise<void> {
    const waiting = this.#waiting.get(message.re);
    if (!waiting) {
      const twice = this.#answered.includes(message.re);
      throw new Malformed(
        `${message.body.type}: ${twice ? 'answered before' : 'answers nothing asked, or came too late'}`,
      );
    }
    const { body } = message;
    if (body.type !== 'error' && body.type !== waiting.ask.type) {
      throw new Malformed(`${body.type}: but ${waiting.ask.type} was asked`);
    }
    if (body.type !== 'error' && message.call !== waiting.call) throw new Malformed(`${body.type}: of another call`);
    this.#holdAgainst(waiting, body);
    const opened = body.type === 'name' ? await this.#opened(waiting.call, body) : body;
    this.#answered.push(message.re);
    if (this.#answered.length > REMEMBERED) this.#answered.shift();
    waiting.settle(opened);
  }

  /** How the caller says his name, as nobody but the platform and this phone can read it. @throws Malformed */
  async #opened(call: CallId, { sound }: NameReply): Promise<Opened> {
    if (sound === null) return { type: 'name', result: 'name', name: null };
    if (this.#secret?.call !== call) throw new Malformed('name: sealed, and no PIN was keyed in this call');
    const { terminal } = this.#options;
    const name = await openToldName(sound, this.#secret.secret, { call, terminal }).catch((error: unknown) => {
      throw error instanceof SealingError ? new Malformed(`name: ${error.message}`) : error;
    });
    return { type: 'name', result: 'name', name };
  }

  #secretOf(call: CallId): CallSecret {
    if (this.#secret?.call !== call) this.#secret = { call, secret: CallSecret.make() };
    return this.#secret.secret;
  }

  /** A grant is for the number that was keyed, and what lengthens it is for the same. @throws Malformed */
  #holdAgainst({ call, ask }: Waiting, body: PlatformReply): void {
    if (body.type !== 'authorise' && body.type !== 'extend') return;
    if (body.result !== 'granted') return;
    const { number } = body.grant;
    const before = this.#granted?.call === call ? this.#granted.number : null;
    const wanted = ask.type === 'authorise' ? numberDialled(ask.dialled) : before;
    if (number !== wanted) throw new Malformed(`${body.type}: granted for another number than was keyed`);
    this.#granted = { call, number };
  }

  /** Those who still wait are told that there will be no answer. */
  close(): void {
    for (const { settle } of [...this.#waiting.values()]) settle('offline');
  }

  async #send(call: CallId, request: number, ask: Ask, sending: (id: string) => void): Promise<void> {
    const body = await this.#body(call, request, ask);
    const validity: Millis = millis(this.#options.replyTimeout);
    const { id, payload } = envelop(body, this.#options.now(), validity);
    sending(id);
    await this.#connection.publish(this.#topic, payload);
  }

  async #body(call: CallId, request: number, ask: Ask): Promise<PlatformRequest> {
    switch (ask.type) {
      case 'identify': {
        const { terminal, keys } = this.#options;
        const sealedPin = await sealPin(ask.pin, keys.platform.sealing, { call, terminal }, this.#secretOf(call));
        return { type: 'identify', call, sealedPin };
      }
      case 'authorise':
        return { type: 'authorise', call, dialled: ask.dialled };
      case 'extend':
      case 'end':
        return { type: ask.type, call, request, used: ask.used };
      case 'name':
        return { type: 'name', call };
      case 'voice':
        return { type: 'voice', call, request, told: await this.#told(call, ask.telling) };
    }
  }

  async #told(call: CallId, telling: Telling): Promise<VoiceRequest['told']> {
    const { terminal, keys } = this.#options;
    const to = keys.platform.sealing;
    if ('voice' in telling)
      return { kind: telling.kind, sealed: await sealVoice(telling.voice, to, { call, terminal }) };
    if ('name' in telling) return { kind: telling.kind, sealed: await sealName(telling.name, to, { call, terminal }) };
    return telling;
  }
}
