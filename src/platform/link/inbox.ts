import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { z } from 'zod';
import { type PlatformReply, type PlatformRequest, RecordMessage, RequestMessage } from '../../protocol/messages.ts';
import { signReply } from '../../protocol/signing.ts';
import { parseTerminalTopic, terminalTopic } from '../../protocol/topics.ts';
import { after, CallId, type Millis } from '../../protocol/units.ts';
import { type Answer, answer } from '../calls/answers.ts';
import { authorise } from '../calls/authorise.ts';
import { extend } from '../calls/extend.ts';
import { identify } from '../calls/identify.ts';
import { name } from '../calls/name.ts';
import { quarantine } from '../calls/quarantine.ts';
import { storeRecord } from '../calls/record.ts';
import { told } from '../calls/shown.ts';
import { voice } from '../calls/voice.ts';
import { type Asker, type Control, RequestError, StrangeKey } from '../context.ts';
import { isGone, whenThere } from '../database/gone.ts';
import { Quota } from './quota.ts';

/** A message to a terminal. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: string;
}

const Named = z.object({ id: z.uuid() });
const About = z.object({ body: z.object({ call: CallId }) });
const SIZE_AT_MOST = 65_536;
/** So long a record waits for a database that is gone, ms: then it is left to come again. */
const RECORD_WAITS = 20_000;

/** Understands what terminals send, and answers it. */
export class Inbox {
  readonly #control: Control;
  readonly #log: Logger;
  readonly #replyLife: Millis;
  /** One line a second of what a phone does wrong; of what it does right, all that one in use makes. */
  readonly #badLines = new Quota(1, 1);
  readonly #goodLines = new Quota(10, 1);

  constructor(control: Control, replyLife: Millis, log: Logger) {
    this.#control = control;
    this.#replyLife = replyLife;
    this.#log = log;
  }

  /** What to answer to a message, null for nothing. Never rejects: what is bad is counted, told in one line and survived. */
  async receive(topic: string, payload: Buffer): Promise<Outgoing | null> {
    const from = parseTerminalTopic(topic);
    if (!from || (from.channel !== 'requests' && from.channel !== 'records')) {
      this.#bad('topic', topic, 'is no topic of a terminal: check who may publish at the broker');
      return null;
    }
    const asker: Asker = { facility: from.facility, terminal: from.terminal };
    const json = payload.length > SIZE_AT_MOST ? undefined : parseJson(payload);
    const id = Named.safeParse(json).data?.id ?? null;
    const call = About.safeParse(json).data?.body.call ?? null;
    try {
      const body =
        from.channel === 'requests'
          ? await this.#request(topic, asker, json)
          : await this.#record(topic, asker, call, json, payload);
      return body === null || id === null ? null : await this.#reply(asker, id, call, body);
    } catch (error) {
      if (error instanceof RequestError) {
        this.#bad('request', topic, error.message);
        return id === null ? null : this.#reply(asker, id, call, failed(error.message));
      }
      if (isGone(error)) {
        this.#trouble('database-gone', topic, 'no answer: the database is gone; the terminal will ask again');
        return null;
      }
      this.#trouble('failure', topic, 'a message could not be worked on: the terminal will ask again', error);
      // A record without an answer is sent again later, which is what is wanted.
      return from.channel === 'requests' && id
        ? this.#reply(asker, id, call, failed('the platform has a fault'))
        : null;
    }
  }

  async #request(topic: string, asker: Asker, json: unknown): Promise<Answer | null> {
    const message = RequestMessage.safeParse(json);
    if (!message.success) throw new RequestError(whatIsWrong(message.error));
    const { id, exp, body } = message.data;
    const now = this.#control.now();
    if (exp < now) {
      this.#bad('expired', topic, `the message ran out ${now - exp} ms ago: dropped (are the clocks right?)`);
      return null;
    }
    const started = performance.now();
    // Nobody waits for it after that: what is then asked is another request.
    const reply = await whenThere(
      () => this.#answer(asker, id, body),
      () => exp > this.#control.now(),
    );
    const ms = Math.round((performance.now() - started) * 10) / 10;
    this.#done(asker, { call: body.call, request: body.type, ms }, `${body.type} answered`);
    return reply;
  }

  #answer(asker: Asker, message: string, body: PlatformRequest): Promise<Answer> {
    switch (body.type) {
      case 'identify':
        return identify(this.#control, asker, message, body);
      case 'authorise':
        return authorise(this.#control, asker, body);
      case 'extend':
        return extend(this.#control, asker, body);
      case 'end':
        return this.#control.endings.end({ ...asker, ...body });
      case 'name':
        return name(this.#control, asker, body);
      case 'voice':
        return voice(this.#control, asker, body);
    }
  }

  async #record(
    topic: string,
    asker: Asker,
    call: CallId | null,
    json: unknown,
    payload: Buffer,
  ): Promise<Answer | null> {
    const message = RecordMessage.safeParse(json);
    try {
      if (!message.success) throw new RequestError(whatIsWrong(message.error));
      const until = performance.now() + RECORD_WAITS;
      const { record, isNew } = await whenThere(
        () => storeRecord(this.#control, asker, message.data.body),
        () => performance.now() < until,
      );
      const about = { call: record.call, ...told(record) };
      this.#done(asker, about, isNew ? 'record stored' : 'record was stored before');
      return answer({ type: 'record', result: 'stored', call: record.call });
    } catch (error) {
      if (!(error instanceof RequestError || error instanceof StrangeKey)) throw error;
      const strange = error instanceof StrangeKey;
      this.#bad(strange ? 'terminal-key' : 'record', topic, `${error.message}: it goes to quarantine`);
      // Sent again it is in another envelope, and still the same record.
      const kept = strange && message.success ? Buffer.from(message.data.body.jws) : payload;
      if (!(await quarantine(this.#control, topic, kept, error.message))) {
        // Not confirmed: the phone keeps it, and sends it again when somebody has looked into the others.
        this.#bad('quarantine-full', topic, 'as many of this phone are in quarantine as may be: look into them');
        return null;
      }
      // Until staff accept the key the phone keeps the record, and sends it again.
      return strange ? null : call && answer({ type: 'record', result: 'rejected', call });
    }
  }

  /** The body says what was stored: a repeat is the same, bound to what asks for it this time. */
  async #reply(asker: Asker, re: string, call: CallId | null, body: Answer): Promise<Outgoing> {
    const at = this.#control.now();
    const envelope = { v: 1 as const, id: randomUUID(), at, re, exp: after(at, this.#replyLife) };
    const reply = { ...envelope, ...asker, call, body: JSON.parse(body) as PlatformReply };
    return {
      topic: terminalTopic(asker.facility, asker.terminal, 'replies'),
      payload: await signReply(reply, this.#control.replies),
    };
  }

  #bad(kind: string, topic: string, detail: string): void {
    this.#trouble(kind, topic, `bad message: ${detail}`);
  }

  /** Counted, and told in a line where this phone has not had one in this second; `err` is a fault of our own. */
  #trouble(kind: string, topic: string, what: string, err?: unknown): void {
    this.#control.counters.add(kind);
    const from = parseTerminalTopic(topic);
    const untold = this.#badLines.take(from ? laneOf(from) : 'no terminal');
    if (untold === null) return;
    const about = { topic: topic.slice(0, 200), kind, ...(untold > 0 && { untold }) };
    if (err === undefined) this.#log.warn(about, what);
    else this.#log.error({ ...about, err }, what);
  }

  #done(asker: Asker, about: object, what: string): void {
    if (this.#goodLines.take(laneOf(asker)) !== null) this.#log.info({ ...asker, ...about }, what);
  }
}

const laneOf = ({ facility, terminal }: Asker): string => `${facility}/${terminal}`;

const failed = (detail: string): Answer => answer({ type: 'error', result: 'error', detail: detail.slice(0, 300) });

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** The first thing wrong, without what was sent: a PIN could be in it. */
function whatIsWrong({ issues: [issue] }: z.ZodError): string {
  if (!issue || issue.path.length === 0) return 'not a message: a JSON object is wanted';
  return `${issue.path.join('.')}: ${issue.code === 'custom' ? issue.message : issue.message.slice(0, 120)}`;
}
