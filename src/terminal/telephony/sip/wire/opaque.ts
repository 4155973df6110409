import type { Peer } from '../config.ts';

/** A URI of the far end, byte for byte, and who said it. */
export interface Said {
  readonly uri: string;
  readonly by: Peer;
}

const HOST = 'far-end.invalid';
const OPAQUE = new RegExp(`sip:([A-Za-z0-9_-]+)@${HOST.replace('.', '\\.')}`);

/** Longest text that is carried, characters; what is longer is cut. */
const LONGEST = 8_192;

/**
 * A text of the far end as a URI that the grammar of SIP.js reads, so that SIP.js carries it without understanding it: what it says
 * back (Request-URI, Route) is then what was said, as RFC 3261 12.2.1.1 wants it.
 */
export function opaque({ uri, by }: Said): string {
  return `sip:${Buffer.from(JSON.stringify([uri.slice(0, LONGEST), by.address, by.port])).toString('base64url')}@${HOST}`;
}

/** What `opaque` stands in a text; null where there is none. */
export function said(text: string): Said | null {
  const coded = OPAQUE.exec(text)?.[1];
  if (coded === undefined) return null;
  const [uri, address, port] = JSON.parse(Buffer.from(coded, 'base64url').toString()) as [string, string, number];
  return { uri, by: { address, port } };
}

const TOKEN = /^[A-Za-z0-9.!%*_+`'~-]+$/;
const CODED = 'x-far.';

/** A tag of the far end as a token; null, as RFC 2543 allows it, as one too. */
export function tokenOf(tag: string | null): string {
  if (tag !== null && TOKEN.test(tag) && !tag.startsWith(CODED)) return tag;
  return CODED + Buffer.from(tag ?? '', 'latin1').toString('hex');
}

/** The tag that `tokenOf` made a token of; null where there was none. */
export function tagIn(token: string): string | null {
  if (!token.startsWith(CODED)) return token;
  return Buffer.from(token.slice(CODED.length), 'hex').toString('latin1') || null;
}
