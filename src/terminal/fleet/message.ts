import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { after, type Instant, type Millis } from '../../protocol/units.ts';

/** No message of ours comes near it; one that is larger is not read at all. */
const SIZE_AT_MOST = 64 * 1024;

/** A message from outside that is dropped. The text says what is wrong, in one short line. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** The text of a payload. @throws Malformed where it is too large */
export function textOf(payload: Uint8Array): string {
  if (payload.length > SIZE_AT_MOST) throw new Malformed(`${payload.length} bytes, ${SIZE_AT_MOST} at most are read`);
  return Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8');
}

/** A payload as the message it should be. @throws Malformed */
export function parseMessage<T>(schema: z.ZodType<T>, payload: Uint8Array): T {
  const result = schema.safeParse(parseJson(textOf(payload)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  // What is quoted from outside is cut: it could fill the log.
  throw new Malformed(
    `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'not as it should be'}`.slice(0, 200),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('not JSON');
  }
}

/** A message with its envelope, as it goes on the wire; with `validity` it also says until when it is good. */
export function envelop(body: object, at: Instant, validity?: Millis): { id: string; payload: string } {
  const id = randomUUID();
  const exp = validity === undefined ? {} : { exp: after(at, validity) };
  return { id, payload: JSON.stringify({ v: 1, id, at, ...exp, body }) };
}
