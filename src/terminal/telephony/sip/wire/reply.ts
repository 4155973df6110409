import { randomBytes } from 'node:crypto';
import { type Message, writeMessage } from './message.ts';

/** What a reply has of its own; the rest is copied from the request. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** Tag added to a To that has none. */
  readonly toTag?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const COPIED = new Set(['via', 'from', 'call-id', 'cseq']);

/** A response to `request` (RFC 3261 8.2.6), ready to be sent. */
export function writeReply(request: Message, reply: Reply): string {
  return writeMessage(replyTo(request, reply));
}

/** The same as a message. */
export function replyTo(request: Message, reply: Reply): Message {
  const headers = request.headers.flatMap(([name, value]): (readonly [string, string])[] => {
    if (COPIED.has(name)) return [[name, value]];
    if (name !== 'to') return [];
    const tag =
      request.toTag !== null || reply.status === 100 ? '' : `;tag=${reply.toTag ?? randomBytes(6).toString('hex')}`;
    return [['to', value + tag]];
  });
  return {
    ...request,
    start: `SIP/2.0 ${reply.status} ${reply.reason}`,
    status: reply.status,
    uri: '',
    headers: [...headers, ...(reply.headers ?? [])],
    body: reply.body ?? '',
  };
}
