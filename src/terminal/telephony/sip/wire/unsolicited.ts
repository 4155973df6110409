import { header, type Message } from './message.ts';
import { writeReply } from './reply.ts';
import { ALLOW } from './wire.ts';

/** Refused with 420 where a request demands an extension (RFC 3261 8.2.2.3): we have none that a stranger could need. */
function demands(request: Message): string | undefined {
  return header(request, 'require');
}

/** Schemes that may name a terminal; any other is 416 (RFC 3261 8.2.2.1). */
const SCHEMES = /^<?(sips?|tel):/i;

/**
 * What a request outside any call of ours is answered: a terminal takes no calls and serves nobody (design.md, law 9). It only
 * says that it is alive. null for an ACK.
 */
export function answerUnsolicited(request: Message): string | null {
  if (request.method === 'ACK') return null;
  const allow = ['allow', ALLOW] as const;
  const gone = { status: 481, reason: 'Call/Transaction Does Not Exist' };
  if (request.toTag !== null) return writeReply(request, gone);
  switch (request.method) {
    case 'INVITE':
      return writeReply(request, { status: 403, reason: 'Forbidden' });
    case 'CANCEL':
    case 'BYE':
      return writeReply(request, gone);
    case 'OPTIONS': {
      if (!SCHEMES.test(request.uri)) return writeReply(request, { status: 416, reason: 'Unsupported URI Scheme' });
      const wanted = demands(request);
      return wanted === undefined
        ? writeReply(request, { status: 200, reason: 'OK', headers: [allow, ['accept', 'application/sdp']] })
        : writeReply(request, { status: 420, reason: 'Bad Extension', headers: [['unsupported', wanted]] });
    }
    default:
      return writeReply(request, { status: 405, reason: 'Method Not Allowed', headers: [allow] });
  }
}
