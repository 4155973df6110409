import { header, type Message, readMessage, writeMessage } from './message.ts';

const OF_INVITE = new Set(['via', 'route', 'from', 'call-id', 'max-forwards']);

/** The ACK of a refusal (RFC 3261 17.1.1.3): of the INVITE as it was sent its way and its names, of the response its To. */
export function ackOf(invite: string, refusal: Message): string {
  const { uri, cseq, headers } = readMessage(invite);
  const own = headers.filter(([name]) => OF_INVITE.has(name));
  const to = header(refusal, 'to') ?? header(readMessage(invite), 'to') ?? '';
  return writeMessage({
    start: `ACK ${uri} SIP/2.0`,
    headers: [...own, ['to', to], ['cseq', `${cseq} ACK`]],
    body: '',
  });
}
