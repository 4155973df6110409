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

/** A SIP message as far as transport and transactions need it. Header names are lower case and in full. */
export interface Message {
  readonly start: string;
  /** Of the request, or of the request answered. */
  readonly method: string;
  /** null for a request. */
  readonly status: number | null;
  /** Request-URI; empty for a response. */
  readonly uri: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** UTF-8, or a character for each byte (`link/text.ts`). */
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
const REQUEST = /^([A-Za-z0-9.!%*_+`'~-]{1,64}) (\S{1,1024}) SIP\/2\.0$/;
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
  const response = /^SIP\/2\.0 ([1-6]\d\d)( .*)?$/.exec(start);
  if (!request && !response) throw new Malformed('the first line is neither a request nor a response');
  const cseq = CSEQ.exec(first('cseq'));
  if (!cseq?.[1] || !cseq[2]) throw new Malformed('CSeq is not a number and a method');
  if (request && request[1] !== cseq[2]) throw new Malformed('CSeq has another method than the request');
  const via = readVia(first('via'));
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
  return [message.start, ...lines, `Content-Length: ${Buffer.byteLength(message.body)}`, '', message.body].join('\r\n');
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

function readVia(value: string): Via {
  const parts =
    /^SIP\s*\/\s*2\.0\s*\/\s*([A-Za-z]{1,10})\s+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?:\s*:\s*(\d{1,5}))?\s*(.*)$/.exec(
      value,
    );
  if (!parts?.[1] || !parts[2]) throw new Malformed('Via cannot be read');
  const params = new Map<string, string | null>();
  for (const part of (parts[4] ?? '').split(';').slice(1)) {
    const [name = '', ...rest] = part.split('=');
    if (name.trim() !== '') params.set(name.trim().toLowerCase(), rest.length > 0 ? rest.join('=').trim() : null);
  }
  return { protocol: parts[1].toUpperCase(), host: parts[2], port: parts[3] ? Number(parts[3]) : null, params };
}

function readHeaders(lines: readonly string[]): [string, string][] {
  if (lines.length > MOST_HEADERS) throw new Malformed(`more than ${MOST_HEADERS} headers`);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line)) {
      if (!last) throw new Malformed('a continuation with nothing to continue');
      last[1] = `${last[1]} ${line.trim()}`.trim();
      continue;
    }
    const parts = /^([A-Za-z0-9!%*_+`'~.-]{1,256})\s*:\s*(.*)$/s.exec(line);
    if (!parts?.[1]) throw new Malformed('a header without a name');
    const written = parts[1].toLowerCase();
    headers.push([COMPACT.get(written) ?? written, (parts[2] ?? '').trim()]);
  }
  // Several Vias in one header are several hops, and may be folded anywhere.
  return headers.flatMap(([name, value]): [string, string][] =>
    name === 'via' ? value.split(',').map((hop) => [name, hop.trim()]) : [[name, value]],
  );
}

function readBody(rest: string, headers: readonly [string, string][]): string {
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  if (length === undefined) return rest;
  if (!/^\d{1,6}$/.test(length)) throw new Malformed('Content-Length is not a number');
  if (rest.length >= Number(length)) return rest.slice(0, Number(length));
  const bytes = Buffer.from(rest);
  if (bytes.length < Number(length)) throw new Malformed('the body is shorter than Content-Length says');
  return bytes.subarray(0, Number(length)).toString();
}

function tagOf(value: string): string | null {
  const after = value.includes('>') ? value.slice(value.lastIndexOf('>')) : value;
  return /;\s*tag\s*=\s*([^;\s,]+)/i.exec(after)?.[1] ?? null;
}
