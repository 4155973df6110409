import type { Message } from '../wire/message.ts';

/** What a server asks for (RFC 7616 3.3). Texts are as they stood between their quotes, so that they can be given back. */
export interface Challenge {
  /** The header that asked: `proxy-authenticate` or `www-authenticate`. */
  readonly by: string;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  /** In capitals; MD5 where none is named. */
  readonly algorithm: string;
  /** Whether `qop` has `auth`; null where there is no `qop`. */
  readonly auth: boolean | null;
  /** The nonce before was right, but too old. */
  readonly stale: boolean;
}

const BY: Readonly<Record<number, string>> = { 401: 'www-authenticate', 407: 'proxy-authenticate' };
const MOST_CHALLENGES = 8;
const LONGEST_VALUE = 1_024;
const PARAM = /\s*([A-Za-z0-9_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/y;

/**
 * SIP.js reads the first challenge only, by a grammar that does not give back what it read. This leaves the first that can be
 * met (RFC 8760 2.4: the server puts the one it likes best on top), in a form that SIP.js passes on to
 * `challengeFrom` untouched. A response whose challenges cannot be met keeps none, so that it is a refusal.
 */
export function wrapChallenge(response: Message, can: (challenge: Challenge) => boolean): Message {
  const by = BY[response.status ?? 0];
  if (by === undefined) return response;
  // What is not UTF-8 could not be given back as it came.
  const values = response.headers.flatMap(([name, value]) => (name === by ? inUtf8(value) : []));
  const read = values.slice(0, MOST_CHALLENGES).map((value) => readChallenge(by, value));
  const best = read.find((challenge) => challenge !== null && can(challenge));
  const headers = response.headers.filter(([name]) => name !== by);
  if (!best) return { ...response, headers };
  const wrapped = Buffer.from(JSON.stringify(best)).toString('base64url');
  // SIP.js gives a second answer only to what is called stale; which ones get one is ours to say.
  return { ...response, headers: [...headers, [by, `Digest realm="-", nonce="${wrapped}", stale=true`]] };
}

/** What `wrapChallenge` put into the nonce that SIP.js has read. */
export function challengeFrom(nonce: string): Challenge {
  return JSON.parse(Buffer.from(nonce, 'base64url').toString()) as Challenge;
}

function readChallenge(by: string, value: string): Challenge | null {
  const scheme = /^Digest\s+/i.exec(value);
  if (!scheme) return null;
  const params = new Map<string, string>();
  PARAM.lastIndex = scheme[0].length;
  while (PARAM.lastIndex < value.length) {
    const param = PARAM.exec(value);
    if (!param?.[1]) return null;
    const name = param[1].toLowerCase();
    const text = param[2] ?? param[3] ?? '';
    // Whoever says a thing twice, or says what cannot be said back, is not answered.
    if (params.has(name) || text.length > LONGEST_VALUE || hasControls(text)) return null;
    params.set(name, text);
  }
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  if (realm === undefined || nonce === undefined) return null;
  const qop = params.get('qop');
  return {
    by,
    realm,
    nonce,
    opaque: params.get('opaque') ?? null,
    algorithm: (params.get('algorithm') ?? 'MD5').toUpperCase(),
    auth: qop === undefined ? null : qop.split(',').some((one) => one.trim().toLowerCase() === 'auth'),
    stale: params.get('stale')?.toLowerCase() === 'true',
  };
}

function inUtf8(bytes: string): string[] {
  const text = Buffer.from(bytes, 'latin1').toString();
  return Buffer.from(text).toString('latin1') === bytes ? [text] : [];
}

function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\x00-\x1f\x7f]/.test(text);
}
