import { header, type Message } from '../wire/message.ts';

const SDP = 'application/sdp';

/** Parts within parts that are looked into. */
const DEEPEST = 3;

/** What a message, or a part of a body, carries. */
type Carrier = Pick<Message, 'headers' | 'body'>;

/** The media type of a Content-Type without its parameters, lower case (RFC 2045 5.1: none of it minds case). */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * The message with its SDP as its whole body and `application/sdp` as its type, which is how SIP.js and the rest of us look for it;
 * as it came where it has none. The type may be in any case and have parameters, and the SDP may be a part of several
 * (RFC 5621): the first that is meant for the session.
 */
export function withSessionBody(message: Message): Message {
  if (message.body === '') return message;
  const sdp = sessionIn(message, 0);
  if (sdp === null) return message;
  const about = (name: string) => name.startsWith('content-') || name === 'mime-version';
  return {
    ...message,
    headers: [...message.headers.filter(([name]) => !about(name)), ['content-type', SDP]],
    body: sdp,
  };
}

function sessionIn(carrier: Carrier, depth: number): string | null {
  const type = header(carrier, 'content-type');
  // Without a type nothing else is left for it to be.
  if (type === undefined && depth === 0) return /^v=0\r?\n/.test(carrier.body) ? carrier.body : null;
  if (mediaType(type) === SDP) return isForSession(carrier) ? decoded(carrier) : null;
  if (!mediaType(type).startsWith('multipart/') || depth === DEEPEST) return null;
  for (const part of partsOf(carrier.body, boundaryOf(type ?? ''))) {
    const sdp = sessionIn(part, depth + 1);
    if (sdp !== null) return sdp;
  }
  return null;
}

/** SDP is for the session unless something else is said (RFC 3261 20.11): early-session (RFC 3959) is not. What is no token says nothing. */
function isForSession(carrier: Carrier): boolean {
  const disposition = mediaType(header(carrier, 'content-disposition'));
  return disposition === 'session' || !/^[a-z0-9.!%*_+`'~-]+$/.test(disposition);
}

/** RFC 2045 6; null where it is encoded as nobody does in SIP. */
function decoded(carrier: Carrier): string | null {
  if (mediaType(header(carrier, 'content-encoding')) !== '') return null;
  const encoding = mediaType(header(carrier, 'content-transfer-encoding'));
  if (encoding === 'base64') return Buffer.from(carrier.body, 'base64').toString('latin1');
  return ['', '7bit', '8bit', 'binary'].includes(encoding) ? carrier.body : null;
}

/** RFC 2046 5.1.1: up to 70 characters, in quotation marks or not. Null where there is none. */
function boundaryOf(contentType: string): string | null {
  const [, quoted, bare] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;",]{1,70}))/i.exec(contentType) ?? [];
  return quoted ?? bare ?? null;
}

/**
 * The parts between the lines of a boundary (RFC 2046 5.1), each with its headers. Our own, as what npm has is made for forms and
 * letters: for streams, and asynchronous. A last part whose closing line is missing is a part.
 */
function partsOf(body: string, boundary: string | null): Carrier[] {
  if (boundary === null) return [];
  const line = new RegExp(`(?:^|\\r?\\n)--${boundary.replace(/[^\w]/g, '\\$&')}(--)?[ \\t]*(?=\\r?\\n|$)`);
  const [, ...pieces] = body.split(line);
  // With each piece comes what was captured of its own line: the closing one has two dashes, and what follows is nobody's.
  const parts: Carrier[] = [];
  for (let at = 0; at + 1 < pieces.length && pieces[at] === undefined; at += 2)
    parts.push(partOf(pieces[at + 1] ?? ''));
  return parts;
}

/** A piece begins with the end of the boundary's line. Without headers it begins with an empty one. */
function partOf(piece: string): Carrier {
  const [, head = '', body = ''] = /^\r?\n((?:[^\r\n]+\r?\n)*)\r?\n(.*)$/s.exec(piece) ?? [];
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return { headers, body };
}
