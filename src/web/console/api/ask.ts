import { z } from 'zod';

/** What the server says is wrong (RFC 9457). */
const ProblemDocument = z.object({ detail: z.string() });

/** The server said no, or could not be reached. The message is one line for people. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

let leave: () => void = () => undefined;

/** `then` is called whenever the server does not know any more who asks. */
export function whenSignedOut(then: () => void): void {
  leave = then;
}

/** The network of a telephone in a corridor comes back within this, ms. */
const ASKED_AGAIN_MS = 1_500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Asks our own server, and gives its answer as `schema` has it.
 * @throws Problem
 */
export async function ask<S extends z.ZodType>(
  method: Method,
  path: `/${string}`,
  schema: S,
  body?: unknown,
): Promise<z.output<S>> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept: 'application/json' } };
  if (body !== undefined) {
    init.headers = { ...init.headers, 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  // What is lost on the way is asked once more: under the same key it is done once, and its answer is the same, PIN and all.
  const isKeyed = method === 'POST' && isSecureContext;
  if (isKeyed) init.headers = { ...init.headers, 'idempotency-key': crypto.randomUUID() };
  const once = () => fetch(`/api${path}`, init).catch(() => null);
  let response = await once();
  if (response === null && (isKeyed || method === 'GET')) response = await pause(ASKED_AGAIN_MS).then(once);
  if (response === null) throw new Problem(0, 'the server cannot be reached: look at the network and try again');
  const text = await response.text();
  if (!response.ok) {
    if (response.status === 401) leave();
    throw new Problem(response.status, ProblemDocument.safeParse(parsed(text)).data?.detail ?? response.statusText);
  }
  const answer = schema.safeParse(text === '' ? {} : parsed(text));
  if (answer.success) return answer.data;
  throw new Problem(response.status, 'this page and its server differ: reload the page');
}

/** What a form says, as `schema` has it: what is wrong is told before it is sent. @throws Problem */
export function parse<S extends z.ZodType>(schema: S, said: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(said);
  if (success) return data;
  const [issue] = error.issues;
  throw new Problem(0, issue ? `${issue.path.join(' ')} ${issue.message}`.trim() : 'not as it should be');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
