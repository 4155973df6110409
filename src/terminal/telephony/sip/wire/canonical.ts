import { createHash } from 'node:crypto';
import { Core } from 'sip.js';
import type { Peer } from '../config.ts';
import { header, type Message } from './message.ts';
import { addressesIn } from './name-addr.ts';
import { opaque, said, tagIn, tokenOf } from './opaque.ts';
import { originOf } from './retransmission.ts';

/** Stands in what SIP.js writes for our host, which it wants to know once for all. */
export const SELF = 'terminal.invalid';

/** What is read of a response after SIP.js has had it, and which SIP.js itself does not parse. */
const KEPT = new Set([
  'allow',
  'expires',
  'min-expires',
  'min-se',
  'require',
  'retry-after',
  'rseq',
  'session-expires',
  'supported',
  // Written by `wrapChallenge`.
  'www-authenticate',
  'proxy-authenticate',
]);
const MOST_CONTACTS = 32;
const MOST_ROUTES = 16;
const LONGEST_REASON = 64;
const LONGEST_URI = 1_024;

type Header = readonly [name: string, value: string];

/**
 * A response as SIP.js is given it: of `written`, the request that it wrote, Via, From, Call-ID and CSeq; of the response only
 * what SIP.js or who listens to it needs, addresses in opaque. SIP.js drops a message whole for one header that its grammar cannot
 * read, be it From or the Contact of somebody else. `from` is who sent it.
 */
export function canonicalResponse(response: Message, written: Message, from: Peer): Message {
  const status = response.status ?? 0;
  const own = (name: string): Header => [name, header(written, name) ?? ''];
  const tagged = response.toTag !== null || (written.method === 'INVITE' && isSuccess(status));
  const to = `<${opaque({ uri: header(response, 'to') ?? '', by: from })}>${tagged ? `;tag=${tokenOf(response.toTag)}` : ''}`;
  const dialog = written.method === 'INVITE' && status > 100 && status < 300;
  return {
    ...response,
    start: `SIP/2.0 ${status} ${reasonIn(response)}`,
    headers: [
      own('via'),
      ['from', `<sip:${SELF}>;tag=${written.fromTag}`],
      ['to', to],
      own('call-id'),
      own('cseq'),
      ...(dialog ? [contactOf(response, from) ?? sameTarget(written, from), ...routesOf(response, from)] : []),
      ...(written.method === 'REGISTER' ? bindings(response, from) : []),
      ...kept(response),
      ...bodyHeaders(response),
    ],
  };
}

/** A dialog as SIP.js has it: where it sends now what it has to say, and its name for the far end. */
export interface Dialog {
  readonly target: string;
  readonly tag: string;
}

/** A request inside a dialog as SIP.js is given it: `user` is ours. */
export function canonicalRequest(request: Message, user: string, from: Peer, dialog: Dialog | null): Message {
  const contact = contactOf(request, from) ?? (dialog && (['contact', `<${dialog.target}>`] as const));
  return {
    ...request,
    // Call-ID and tags name the dialog; SIP.js would refuse a BYE for an unexpected Request-URI.
    start: `${request.method} sip:${user}@${SELF} SIP/2.0`,
    headers: [
      ['via', `SIP/2.0/UDP ${SELF};branch=${canonicalBranch(request)}`],
      ['from', `<${opaque({ uri: '', by: from })}>;tag=${dialog?.tag ?? tokenOf(request.fromTag)}`],
      ['to', `<sip:${user}@${SELF}>;tag=${tokenOf(request.toTag)}`],
      ['call-id', request.callId],
      ['cseq', `${Math.min(Math.max(request.cseq, 1), 2 ** 31 - 1)} ${request.method}`],
      ...(request.method === 'INVITE' && contact ? [contact] : []),
      ...kept(request),
      ...bodyHeaders(request),
    ],
  };
}

/** The branch under which SIP.js knows a request of the far end: one for each transaction, and its CANCEL and ACK. */
export function canonicalBranch(request: Message): string {
  return `z9hG4bK${createHash('sha1').update(originOf(request), 'latin1').digest('hex')}`;
}

/** A request of SIP.js as the far end is to see it: what it said before is given back as it came. */
export function spoken(request: Message): Message {
  const headers = request.headers.map(([name, value]): Header => {
    if (name === 'route') return [name, value.replace(/<[^>]*>/, () => `<${said(value)?.uri ?? ''}>`)];
    if (name !== 'to') return [name, value];
    const came = said(value)?.uri;
    // The ACK of a refusal has the To of that (RFC 3261 17.1.1.3).
    if (came) return [name, came];
    return [
      name,
      value.replace(/;tag=([^;]*)/, (_, token: string) => (tagIn(token) === null ? '' : `;tag=${tagIn(token)}`)),
    ];
  });
  const uri = spokenUri(request.uri);
  return { ...request, start: `${request.method} ${uri} SIP/2.0`, uri, headers };
}

/** A Request-URI of SIP.js as it goes over the wire; where the far end named none that can be written, the far end's own address. */
export function spokenUri(uri: string): string {
  const target = said(uri);
  if (!target) return uri;
  const { address, port } = target.by;
  return /^[\x21-\x7e\xa1-\xff]+$/.test(target.uri) && /^[a-z][a-z0-9+.-]*:/i.test(target.uri)
    ? target.uri
    : `sip:${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** The addresses of a header of a message that SIP.js has been given, as they came. */
export function cameAs(values: readonly string[]): string[] {
  return values.flatMap((value) => said(value)?.uri ?? []);
}

function contactOf(message: Message, by: Peer): Header | null {
  for (const [name, value] of message.headers) {
    if (name !== 'contact') continue;
    const [first] = addressesIn(value);
    if (first && first.uri !== '' && first.uri.length <= LONGEST_URI)
      return ['contact', `<${opaque({ uri: first.uri, by })}>`];
  }
  return null;
}

/** Without a Contact: where the request went, by whoever answered. */
function sameTarget(written: Message, by: Peer): Header {
  return ['contact', `<${said(written.uri) ? written.uri : opaque({ uri: written.uri, by })}>`];
}

function routesOf(message: Message, by: Peer): Header[] {
  const routes = message.headers.flatMap(([name, value]) => (name === 'record-route' ? addressesIn(value) : []));
  // What is no SIP URI is nobody's way.
  return routes
    .filter(({ uri }) => /^sips?:[\x21-\x7e\xa1-\xff]{1,1024}$/i.test(uri))
    .slice(0, MOST_ROUTES)
    .map(({ uri }) => ['record-route', `<${opaque({ uri, by })};lr>`]);
}

/** Each value of Contact whole. */
function bindings(message: Message, by: Peer): Header[] {
  return message.headers
    .filter(([name]) => name === 'contact')
    .slice(0, MOST_CONTACTS)
    .map(([name, uri]) => [name, `<${opaque({ uri, by })}>`]);
}

function kept({ headers }: Message): Header[] {
  return headers.filter(([name]) => KEPT.has(name)).map(([name, value]) => [name, printable(value)]);
}

/** Content-Type as it came, where the grammar can read it. A disposition that is none is that of the type (RFC 3261 20.11). */
function bodyHeaders(message: Message): Header[] {
  if (message.body === '') return [];
  const type = header(message, 'content-type') ?? '';
  const disposition = /^\s*(session|early-session|render)\s*(;|$)/i.exec(
    header(message, 'content-disposition') ?? '',
  )?.[1];
  return [
    ['content-type', Core.Grammar.parse(type, 'Content_Type') === -1 ? 'application/octet-stream' : type],
    ...(disposition === undefined ? [] : [['content-disposition', disposition.toLowerCase()] as const]),
  ];
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A reason phrase (RFC 3261 25.1) has no `|`, no `<` and no `%` of its own. */
function reasonIn({ start }: Message): string {
  const words = start.slice(11).replace(/[^A-Za-z0-9.,!'()_-]+/g, ' ');
  return words.trim().slice(0, LONGEST_REASON);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').trim();
}
