import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'mqtt';
import type { Asker } from '../../src/platform/context.ts';
import type { PlatformKeys } from '../../src/protocol/keys.ts';
import type { PlatformRequest, ReplyMessage } from '../../src/protocol/messages.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin } from '../../src/protocol/sealing.ts';
import { verifyReply } from '../../src/protocol/signing.ts';
import { terminalTopic } from '../../src/protocol/topics.ts';
import type { CallId, Instant, Millis } from '../../src/protocol/units.ts';
import { Pauses } from '../../src/retry/pauses.ts';
import { newCall, recordOf, signed } from '../platform/world.ts';
import { keyOf } from '../terminal-keys.ts';

type Reply = ReplyMessage['body'];

/** As a terminal's own: an answer that takes longer is none, ms. */
const REPLY_TIMEOUT = 5_000;

/** What a phone did, and was told. */
export interface Told {
  /** Calls and the talk in the record of each. */
  readonly calls: Map<CallId, number>;
  /** Answers that do not fit what was asked. */
  readonly wrong: string[];
  answered: number;
  /** Requests without an answer in their time. */
  givenUp: number;
}

export interface Phone {
  /** Makes no further call; resolves when each record is confirmed. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A phone at protocol level, with the repeat rules of the real one: a request that is not answered in time is given up and the lift goes on without,
 * as there; a record is sent, signed once, after pauses that grow, until the platform itself says that it has it.
 */
export function openPhone(
  { url, keys }: { readonly url: string; readonly keys: PlatformKeys },
  { who, pin }: { readonly who: Asker; readonly pin: string },
  { every, random }: { readonly every: number; readonly random: () => number },
  told: Told,
): Phone {
  const topic = (channel: 'requests' | 'records' | 'replies') => terminalTopic(who.facility, who.terminal, channel);
  const client = connect(url, {
    ...{ protocolVersion: 4, clientId: `${who.terminal}`, clean: false, reconnectPeriod: 300, queueQoSZero: false },
  });
  client.on('error', () => undefined);
  client.on('connect', () => client.subscribe(topic('replies'), { qos: 1 }));
  const waiting = new Map<string, (reply: Reply) => void>();
  client.on('message', (_, payload) => {
    verifyReply(payload.toString(), keys.replies).then(
      ({ re, body }) => waiting.get(re)?.(body),
      (error: Error) => told.wrong.push(`${who.terminal}: ${error.message}`),
    );
  });

  const send = async (channel: 'requests' | 'records', body: object, more: object): Promise<Reply | null> => {
    const id = randomUUID();
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ v: 1, id, at: Date.now(), ...more, body });
    // Without a link nothing is sent, nor later: nobody waits for it then.
    if (client.connected) client.publish(topic(channel), message, { qos: 1 }, () => undefined);
    const over = new AbortController();
    const first = await Promise.race([reply, pause(REPLY_TIMEOUT, null, { signal: over.signal }).catch(() => null)]);
    over.abort();
    waiting.delete(id);
    return first;
  };
  const ask = async (body: PlatformRequest, ...fits: string[]): Promise<Reply | null> => {
    const reply = await send('requests', body, { exp: Date.now() + REPLY_TIMEOUT });
    if (reply === null) told.givenUp += 1;
    else told.answered += 1;
    if (reply && !fits.includes(reply.result)) told.wrong.push(`${body.type} ${body.call}: ${JSON.stringify(reply)}`);
    return reply && fits.includes(reply.result) ? reply : null;
  };

  const deliver = async (call: CallId, talked: number): Promise<void> => {
    const body = await signed(
      { ...recordOf(who, call, talked, Date.now() as Instant), caller: null },
      await keyOf(who),
    );
    const pauses = new Pauses({ first: 1_000, longest: 10_000 });
    for (;;) {
      const reply = await send('records', body, {});
      if (reply?.result === 'stored') return;
      if (reply) told.wrong.push(`record ${call}: ${JSON.stringify(reply)}`);
      await pause(pauses.next());
    }
  };

  /** A lift: as far as it gets; how long was talked. */
  const lift = async (call: CallId): Promise<number> => {
    const sealedPin = await sealPin(new Pin(pin), keys.sealing, { call, terminal: who.terminal });
    if (!(await ask({ type: 'identify', call, sealedPin }, 'known'))) return 0;
    if (!(await ask({ type: 'authorise', call, dialled: '2025550123' }, 'granted'))) return 0;
    await pause(500 + random() * 1_000);
    const talked = 1_000 * Math.ceil(random() * 50);
    if (random() < 0.5) await ask({ type: 'extend', call, request: 1, used: 1_000 as Millis }, 'granted');
    await ask({ type: 'end', call, request: 2, used: talked as Millis }, 'ended');
    return talked;
  };

  let going = true;
  const records: Promise<void>[] = [];
  const calling = (async () => {
    await pause(random() * every);
    while (going) {
      const next = pause(every);
      const call = newCall();
      const talked = await lift(call);
      told.calls.set(call, talked);
      records.push(deliver(call, talked));
      await next;
    }
  })();
  return {
    rest: async () => {
      going = false;
      await calling;
      await Promise.all(records);
    },
    close: () => client.endAsync(true),
  };
}
