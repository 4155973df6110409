/** A message that cannot be understood; its text says what is wrong with it. */
export class Malformed extends Error {}

/** One Via header field value (RFC 3261 20.42). */
export interface Via {
  /** As in `SIP/2.0/UDP`. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number | null;
  /** Parameters in order; null where there is no value. */
  readonly params: ReadonlyMap<string, string | null>;
}

/**
 * A SIP message as far as transport and transactions need it. Header names are lower case and in full. Texts are bytes, a character
 * each: what a header or a body has need not be UTF-8, and is given back as it came.
 */
export interface Message {
  readonly start: string;
  /** Of the request, or of the request answered. */
  readonly method: string;
  /** null for a request. */
  readonly status: number | null;
  /** Request-URI; empty for a response. */
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly via: Via;
  readonly branch: string;
  readonly callId: string;
  readonly cseq: number;
  readonly fromTag: string | null;
  readonly toTag: string | null;
}

/** Compact forms (RFC 3261 7.3.3) and the names they stand for. */
const COMPACT = new Map(
  Object.entries({
    v: 'via',
    f: 'from',
    t: 'to',
    i: 'call-id',
    m: 'contact',
    l: 'content-length',
    c: 'content-type',
    s: 'subject',
    k: 'supported',
    e: 'content-encoding',
    x: 'session-expires',
    r: 'refer-to',
  }),
);

const MOST_HEADERS = 200;

/** A method is any token (RFC 3261 25.1). */
const REQUEST = /^([A-Za-z0-9.!%*_+`'~-]{1,64}) (\S{1,4096}) SIP\/2\.0$/;
const CSEQ = /^(\d{1,10})\s+([A-Za-z0-9.!%*_+`'~-]{1,64})$/;

/** Where these are given twice and differ, nobody can tell what is meant, and no reply could name the transaction. */
const GIVEN_ONCE = ['from', 'to', 'call-id', 'cseq', 'content-length'];

/**
 * Reads a SIP message (RFC 3261 7).
 * @throws Malformed where the start line, or one of Via, From, To, Call-ID, CSeq, is missing, wrong or in contradiction to
 * another of its name, or the body is cut short.
 */
export function readMessage(text: string): Message {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) throw new Malformed('no empty line after the headers');
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = readHeaders(lines);
  for (const name of GIVEN_ONCE) {
    const values = new Set(headers.filter(([n]) => n === name).map(([, value]) => value));
    if (values.size > 1) throw new Malformed(`several ${name} headers that differ`);
  }
  const first = (name: string): string => {
    const found = headers.find(([n]) => n === name);
    if (found === undefined) throw new Malformed(`no ${name} header`);
    return found[1];
  };
  const request = REQUEST.exec(start);
  const response = /^SIP\/2\.0 ([1-6]\d\d)( .*)?$/s.exec(start);
  if (!request && !response) throw new Malformed('the first line is neither a request nor a response');
  const cseq = CSEQ.exec(first('cseq'));
  if (!cseq?.[1] || !cseq[2]) throw new Malformed('CSeq is not a number and a method');
  if (request && request[1] !== cseq[2]) throw new Malformed('CSeq has another method than the request');
  const via = readVia(first('via'));
  if (!via) throw new Malformed('Via cannot be read');
  return {
    start,
    method: cseq[2],
    status: response ? Number(response[1]) : null,
    uri: request?.[2] ?? '',
    headers,
    body: readBody(text.slice(end + 4), headers),
    via,
    branch: via.params.get('branch') ?? '',
    callId: first('call-id'),
    cseq: Number(cseq[1]),
    fromTag: tagOf(first('from')),
    toTag: tagOf(first('to')),
  };
}

/**
 * The best reading of what `readMessage` refuses: the first of several values, any Via, a body as long as it is, no CSeq as 0. Nothing
 * may hang on it but what its Call-ID and tags, or our own branch, prove to be of a call of ours.
 * @throws Malformed where it is no message at all, or a request without a Call-ID.
 */
export function readLeniently(text: string): Message {
  const end = text.indexOf('\r\n\r\n');
  const [start = '', ...lines] = (end < 0 ? text : text.slice(0, end)).split('\r\n');
  const request = /^([A-Za-z]{1,64})\s+(\S*)/.exec(start);
  const response = /^SIP\/2\.0\s+([1-6]\d\d)(?!\d)/i.exec(start);
  if (!request && !response) throw new Malformed('the first line is neither a request nor a response');
  const read = readHeaders(lines.slice(0, MOST_HEADERS), true);
  const first = (name: string) => header({ headers: read }, name);
  const callId = first('call-id') ?? '';
  // Our branch names the call of a response.
  if (callId === '' && !response) throw new Malformed('no call-id header');
  const number = /^(\d{1,10})(?:\s+([A-Za-z]{1,64}))?/.exec(first('cseq') ?? '');
  const method = response ? (number?.[2] ?? '') : (request?.[1] ?? '');
  const cseq = Number(number?.[1] ?? 0);
  const via = readVia(first('via') ?? '') ?? NO_VIA;
  const from = first('from') ?? NOBODY;
  const to = first('to') ?? NOBODY;
  return {
    start,
    method,
    status: response ? Number(response[1]) : null,
    uri: response ? '' : (request?.[2] ?? ''),
    headers: [
      ['via', writeVia(via)],
      ...read.filter(([name]) => name === 'via').slice(1),
      ['from', from],
      ['to', to],
      ['call-id', callId],
      ['cseq', `${cseq} ${method}`],
      ...read.filter(([name]) => !GIVEN_ONCE.includes(name) && name !== 'via'),
    ],
    body: end < 0 ? '' : text.slice(end + 4),
    via,
    branch: via.params.get('branch') ?? '',
    callId,
    cseq,
    fromTag: tagOf(from),
    toTag: tagOf(to),
  };
}

/** A hop of which nothing is known. */
const NO_VIA: Via = { protocol: 'UDP', host: 'unknown.invalid', port: null, params: new Map([['rport', null]]) };
const NOBODY = '<sip:unknown.invalid>';

/** The value of the first header of that (full, lower case) name. */
export function header(message: Pick<Message, 'headers'>, name: string): string | undefined {
  return message.headers.find(([n]) => n === name)?.[1];
}

/**
 * The message as it goes over the wire, with the Content-Length it has. Names are written as RFC 3261 writes them: they
 * may be in any case, but not everybody reads them so.
 */
export function writeMessage(message: Pick<Message, 'start' | 'headers' | 'body'>): string {
  const headers = message.headers.filter(([name]) => name !== 'content-length');
  const lines = headers.map(([name, value]) => `${proper(name)}: ${value}`);
  return [message.start, ...lines, `Content-Length: ${message.body.length}`, '', message.body].join('\r\n');
}

const PROPER = new Map(
  Object.entries({
    'call-id': 'Call-ID',
    cseq: 'CSeq',
    'www-authenticate': 'WWW-Authenticate',
    'mime-version': 'MIME-Version',
    rack: 'RAck',
    rseq: 'RSeq',
    'min-se': 'Min-SE',
  }),
);

function proper(name: string): string {
  return PROPER.get(name) ?? name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The message with another topmost Via. */
export function withVia(message: Message, via: Via): Message {
  const at = message.headers.findIndex(([name]) => name === 'via');
  const headers = message.headers.map((h, i) => (i === at ? (['via', writeVia(via)] as const) : h));
  return { ...message, headers, via, branch: via.params.get('branch') ?? '' };
}

function writeVia(via: Via): string {
  const params = [...via.params].map(([name, value]) => (value === null ? `;${name}` : `;${name}=${value}`));
  return `SIP/2.0/${via.protocol} ${via.host}${via.port === null ? '' : `:${via.port}`}${params.join('')}`;
}

/** A name with an underscore is no host (RFC 1123), but gateways have such. */
function readVia(value: string): Via | null {
  const parts =
    /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]{1,10})\s+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?:\s*:\s*(\d{1,5}))?\s*(.*)$/s.exec(
      value,
    );
  if (!parts?.[1] || !parts[2]) return null;
  const params = new Map<string, string | null>();
  for (const part of (parts[4] ?? '').split(';').slice(1)) {
    const [name = '', ...rest] = part.split('=');
    if (name.trim() !== '') params.set(name.trim().toLowerCase(), rest.length > 0 ? rest.join('=').trim() : null);
  }
  return { protocol: parts[1].toUpperCase(), host: parts[2], port: parts[3] ? Number(parts[3]) : null, params };
}

function readHeaders(lines: readonly string[], lenient = false): [string, string][] {
  if (lines.length > MOST_HEADERS) throw new Malformed(`more than ${MOST_HEADERS} headers`);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line)) {
      if (!last && lenient) continue;
      if (!last) throw new Malformed('a continuation with nothing to continue');
      last[1] = `${last[1]} ${line.trim()}`.trim();
      continue;
    }
    const parts = /^([A-Za-z0-9!%*_+`'~.-]{1,256})\s*:\s*(.*)$/s.exec(line);
    if (!parts?.[1] && lenient) continue;
    if (!parts?.[1]) throw new Malformed('a header without a name');
    const written = parts[1].toLowerCase();
    headers.push([COMPACT.get(written) ?? written, (parts[2] ?? '').trim()]);
  }
  // Several Vias in one header are several hops, and may be folded anywhere.
  return headers.flatMap(([name, value]): [string, string][] =>
    name === 'via'
      ? value.split(',').flatMap((hop): [string, string][] => (hop.trim() === '' ? [] : [[name, hop.trim()]]))
      : [[name, value]],
  );
}

function readBody(rest: string, headers: readonly [string, string][]): string {
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  if (length === undefined) return rest;
  if (!/^\d{1,6}$/.test(length)) throw new Malformed('Content-Length is not a number');
  if (rest.length < Number(length)) throw new Malformed('the body is shorter than Content-Length says');
  return rest.slice(0, Number(length));
}

/** Behind the angle brackets, and not in quotes; where quotes or brackets are left open, the first there is. */
function tagOf(value: string): string | null {
  const plain = value.replace(/"(?:[^"\\]|\\.)*"/gs, (quoted) => `"${'_'.repeat(quoted.length - 2)}"`);
  const from = plain.lastIndexOf('>') + 1;
  const found = TAG.exec(plain.slice(from))?.indices?.[1];
  return found ? value.slice(from + found[0], from + found[1]) : (TAG.exec(value)?.[1] ?? null);
}

const TAG = /;\s*tag\s*=\s*([^;\s,]+)/di;
