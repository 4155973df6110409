import { Readable } from 'node:stream';
import type { ReadableStream as Web } from 'node:stream/web';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { clearTextOf, refuseClearText } from '../protocol/clear.ts';
import { inWords } from '../protocol/words.ts';
import { readPlatformConfig } from './platform.ts';
import { USAGE } from './usage.ts';

const PATIENCE = 15_000;
/** For what takes long to be done: after five minutes fetch itself gives up. */
const LONG = 300_000;

/** The options with which a command is told of a platform's API. */
export interface ApiFlags {
  readonly config?: string;
  readonly url?: string;
  readonly insecure?: true;
}

/** Adds the options of `ApiFlags`; the token is taken from TIERPHONE_TOKEN. */
export const withApi = (
  command: Command,
  config = "the platform's own configuration, where it runs: its address",
): Command =>
  command
    .option('--url <url>', "a platform's API, as https://platform.example")
    .option('--insecure', 'speak to another machine in clear text, for anybody on the way to read')
    .addOption(new Option('-c, --config <file>', config).conflicts(['url', 'insecure']));

/** A platform's API; paths begin after `/api`. */
export interface Api {
  /** @throws Error with what the platform says is wrong, or where none answers */
  ask<T>(answer: z.ZodType<T>, path: string, body?: object, method?: 'POST' | 'PUT'): Promise<T>;
  /** All of a list that is read in pieces. @throws Error as `ask` does */
  all<T>(page: Page<T>, path: string, query?: Query): Promise<T[]>;
  /** Sends a document that is large, by gzip, and waits long. @throws Error as `ask` does */
  send<T>(answer: z.ZodType<T>, path: string, document: string): Promise<T>;
  /** Takes a file, as text. @throws Error as `ask` does */
  take(path: string): Promise<string>;
  /** Takes a file that may be long, as it comes; it must begin within five minutes. @throws Error as `ask` does, or where it breaks off */
  stream(path: string): Promise<AsyncIterable<Uint8Array>>;
  /** One after another of a list that is read in pieces. @throws Error as `ask` does */
  each<T>(page: Page<T>, path: string, query?: Query): AsyncGenerator<T>;
}

type Page<T> = z.ZodType<{ items: T[]; next: string | null }>;
type Query = Readonly<Record<string, string>>;
/** Asked for in one piece of a list. */
const PIECE = '500';

const Flag = z
  .object({
    '--url': z.url({ protocol: /^https?$/, error: 'an address is wanted, as https://10.0.0.5' }),
    insecure: z.boolean(),
  })
  .superRefine(
    refuseClearText(({ '--url': url, insecure }) => {
      const { protocol, hostname } = new URL(url);
      const [what, remedy] = ['token and answers go to', 'use https://, or say --insecure'];
      return clearTextOf({ at: ['--url'], host: hostname, what, remedy, encrypted: protocol === 'https:', insecure });
    }),
  );

/** The API that the flags name; without one the command ends as used wrongly. @throws FileError */
export function apiOf({ config, url, insecure }: ApiFlags, command: Command): Api {
  const wrong = (what: string): never => command.error(`error: ${what}`, { exitCode: USAGE });
  if (config !== undefined) {
    const { http } = readPlatformConfig(config);
    if (!http) return wrong(`${config}: http: is wanted, at which it is asked`);
    const here = `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`;
    // Its certificate is for the name that people type.
    return apiAt(http.tls ? (http.url ?? here) : here, tokenOr(wrong));
  }
  if (url === undefined) return wrong('--config or --url must name the platform');
  const read = Flag.safeParse({ '--url': url, insecure: insecure === true }, { error: inWords });
  if (!read.success) return wrong(`--url: ${read.error.issues[0]?.message}`);
  return apiAt(url.replace(/\/+$/, ''), tokenOr(wrong));
}

const tokenOr = (wrong: (what: string) => never): string =>
  process.env.TIERPHONE_TOKEN || wrong(`TIERPHONE_TOKEN must have a token: ${MADE}`);

const MADE = 'who runs the platform makes one (its /api/docs, POST /api/tokens)';
const JSON_BODY = { 'content-type': 'application/json' };
const packed = promisify(gzip);

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Ends the waiting, in place of the time alone. */
  readonly signal?: AbortSignal;
}

const Problem = z.object({ detail: z.string() });

function apiAt(url: string, token: string): Api {
  return {
    async all<T>(page: Page<T>, path: string, query: Query = {}) {
      const all: T[] = [];
      for await (const one of this.each(page, path, query)) all.push(one);
      return all;
    },
    async *each<T>(page: Page<T>, path: string, query: Query = {}) {
      let after: string | null = '';
      while (after !== null) {
        const asked = new URLSearchParams({ ...query, limit: PIECE, ...(after && { after }) });
        const piece: z.infer<Page<T>> = await this.ask(page, `${path}?${asked}`);
        yield* piece.items;
        after = piece.next;
      }
    },
    async ask(answer, path, body, method = 'POST') {
      return readAs(
        answer,
        path,
        await request(path, PATIENCE, body && { headers: JSON_BODY, method, body: JSON.stringify(body) }),
      );
    },
    async send(answer, path, document) {
      const headers = { ...JSON_BODY, 'content-encoding': 'gzip' };
      return readAs(answer, path, await request(path, LONG, { headers, method: 'POST', body: await packed(document) }));
    },
    async take(path) {
      return (await request(path, LONG)).text();
    },
    async stream(path) {
      const late = new AbortController();
      const limit = setTimeout(() => late.abort(new DOMException('too late', 'TimeoutError')), LONG);
      const { body } = await request(path, LONG, { signal: late.signal }).finally(() => clearTimeout(limit));
      return pieces(body ?? new ReadableStream());
    },
  };

  async function* pieces(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* Readable.fromWeb(body as Web) as AsyncIterable<Uint8Array>;
    } catch (cause) {
      throw new Error(`${url}: what was sent broke off: the log of the platform may say why`, { cause });
    }
  }

  async function readAs<T>(answer: z.ZodType<T>, path: string, response: Response): Promise<T> {
    const read = answer.safeParse(await response.json().catch(() => null));
    if (read.success) return read.data;
    throw new Error(`${url}${path}: the answer is none of a platform of this version`, { cause: read.error });
  }

  async function request(path: string, patience: number, asked: Asked = {}): Promise<Response> {
    const response = await fetch(`${url}/api${path}`, {
      ...asked,
      headers: { ...asked.headers, authorization: `Bearer ${token}` },
      signal: asked.signal ?? AbortSignal.timeout(patience),
    }).catch((cause: Error) => {
      if (cause.name === 'TimeoutError') throw new Error(`${url}: no answer within ${patience / 1_000} s`, { cause });
      throw new Error(`${url}: no platform answers there`, { cause });
    });
    if (response.status === 401)
      throw new Error(`${url}: does not take this token: set TIERPHONE_TOKEN to one that is good: ${MADE}`);
    if (response.ok) return response;
    const said: unknown = await response.json().catch(() => null);
    throw new Error(Problem.safeParse(said).data?.detail ?? `${url}: answers ${response.status}`);
  }
}
