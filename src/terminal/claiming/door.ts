import { request as clearRequest } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { BoxMet, BoxOpened, VoucherGiven } from '../../protocol/api/claims.ts';
import type { BoxAsks } from '../../protocol/claim.ts';
import type { ReplyPublicKey } from '../../protocol/keys.ts';

/** A platform's answer is longer than anything that it has to say, or late, ms. */
const LONGEST = 262_144;
const PATIENCE = 15_000;

/** What a box asks a platform before it is anybody's phone. */
export interface PlatformDoor {
  meet(asks: BoxAsks): Promise<{ readonly offer: string; readonly platform: ReplyPublicKey }>;
  open(box: string, nonce: string): Promise<void>;
  /** Null while nobody has typed the code. */
  voucher(box: string, proof: string): Promise<string | null>;
}

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

/**
 * The door of the platform at `url`. Its certificate is not looked at: nothing secret is said to it, and what it says is signed, by a key
 * that is held against the fingerprint, or against what people compare.
 */
export function doorAt(url: string): PlatformDoor {
  return {
    meet: (asks) => post(url, '/api/boxes', asks, BoxMet),
    open: async (box, nonce) => {
      await post(url, `/api/boxes/${box}/opening`, { nonce }, BoxOpened);
    },
    voucher: async (box, proof) => (await post(url, `/api/boxes/${box}/voucher`, { proof }, VoucherGiven)).voucher,
  };
}

/** @throws Refused; Error where nobody answers, or not as a platform does */
async function post<T>(origin: string, path: string, body: object, schema: z.ZodType<T>): Promise<T> {
  const url = new URL(path, origin);
  const sent = JSON.stringify(body);
  const { status, answer } = await new Promise<{ status: number; answer: string }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) };
    const options = { method: 'POST', headers, signal: AbortSignal.timeout(PATIENCE) };
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
