import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { connectAsync } from 'mqtt';
import type { Asker } from '../../src/platform/context.ts';
import type { CallRecord } from '../../src/protocol/call.ts';
import type { PlatformKeys } from '../../src/protocol/keys.ts';
import type { PlatformRequest, ReplyMessage } from '../../src/protocol/messages.ts';
import { verifyReply } from '../../src/protocol/signing.ts';
import { terminalTopic } from '../../src/protocol/topics.ts';
import { keyOf } from '../terminal-keys.ts';
import { signed } from './world.ts';

type Reply = ReplyMessage['body'];

export interface TestTerminal {
  /** Ids of the messages that were sent, and of those that were answered, in their order. */
  readonly sent: readonly string[];
  readonly answered: readonly string[];
  /** Asks and resolves with the answer. */
  ask(body: PlatformRequest): Promise<Reply>;
  /** Sends a record and resolves with the answer. */
  record(record: CallRecord): Promise<Reply>;
  /** Asks again, every second as a message of its own, until one is answered. */
  insist(send: () => Promise<Reply>): Promise<Reply>;
  close(): Promise<void>;
}

/** A terminal as the broker sees one: asks, and waits for the answer to what it asked. */
export async function openTerminal(
  broker: string,
  who: Asker,
  keys: PlatformKeys,
  life = 60_000,
  account?: { username: string; password: string },
): Promise<TestTerminal> {
  const client = await connectAsync(broker, {
    protocolVersion: 4,
    ...(account && { ...account, clientId: account.username }),
  });
  const waiting = new Map<string, (reply: Reply) => void>();
  const sent: string[] = [];
  const answered: string[] = [];
  client.on('message', (_, payload) => {
    const jws = payload.toString();
    // As they come: they are verified at the same time.
    answered.push(decodeJwt<{ content: { re: string } }>(jws).content.re);
    verifyReply(jws, keys.replies).then(
      ({ re, body }) => waiting.get(re)?.(body),
      (error) => client.emit('error', error),
    );
  });
  await client.subscribeAsync(terminalTopic(who.facility, who.terminal, 'replies'), { qos: 1 });
  const send = async (channel: 'requests' | 'records', body: unknown, more: object) => {
    const id = randomUUID();
    sent.push(id);
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ v: 1, id, at: Date.now(), ...more, body });
    await client.publishAsync(terminalTopic(who.facility, who.terminal, channel), message, { qos: 1 });
    return reply;
  };
  return {
    sent,
    answered,
    ask: (body) => send('requests', body, { exp: Date.now() + life }),
    record: async (record) => send('records', await signed(record, await keyOf(who)), {}),
    insist: (again) =>
      new Promise((resolve, reject) => {
        const once = () => again().then(done, failed);
        const timer = setInterval(once, 1_000);
        const done = (reply: Reply) => {
          clearInterval(timer);
          resolve(reply);
        };
        const failed = (error: unknown) => {
          clearInterval(timer);
          reject(error);
        };
        once();
      }),
    close: () => client.endAsync(),
  };
}
