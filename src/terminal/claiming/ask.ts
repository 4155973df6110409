import { request as clearRequest } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** A platform's answer is longer than anything that it has to say, or late, ms. */
const LONGEST = 262_144;
const PATIENCE = 15_000;

/** The platform said no: `status` as HTTP has it, the message is its own. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const Problem = z.object({ detail: z.string().max(500) });

interface More {
  /** What is sent, by POST. */
  readonly body?: object;
  /** Gives up. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the platform at `origin`: with a body by POST, else by GET. Its certificate is not looked at: nothing secret is said to it, and what it
 * says is signed, by a key that the phone knows, or that people compare.
 * @throws Refused; Error where nobody answers, or not as a platform does
 */
export async function ask<T>(
  origin: string,
  path: string,
  schema: z.ZodType<T>,
  { body, signal: stop }: More = {},
): Promise<T> {
  const url = new URL(path, origin);
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const late = AbortSignal.timeout(PATIENCE);
    const signal = stop === undefined ? late : AbortSignal.any([late, stop]);
    const options =
      sent === undefined
        ? { method: 'GET', signal }
        : {
            ...{ method: 'POST', signal },
            headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) },
          };
    const asked =
      url.protocol === 'https:' ? request(url, { ...options, rejectUnauthorized: false }) : clearRequest(url, options);
    asked.on('error', reject).on('response', (response) => {
      let length = 0;
      response.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > LONGEST) response.destroy(new Error('the answer is too long'));
      });
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
    });
    asked.end(sent);
  });
  const read = json(answer);
  if (status >= 400) throw new Refused(status, Problem.safeParse(read).data?.detail ?? `it answers ${status}`);
  const parsed = schema.safeParse(read);
  if (!parsed.success) throw new Error(`${origin} does not answer as a platform does`);
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
