import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Door, HttpError } from './access.ts';
import { type Asked, addRoute, type Described, type Shape } from './frame.ts';

/** So long nothing may go on a connection while what was sent is worked on, ms. */
const WORK = 900_000;

interface Upload<P extends Shape, Q extends Shape, A extends Shape> extends Described<P, A> {
  readonly query: Q;
  /** What is sent: for the API's document alone, it is not read here. */
  readonly document: Shape;
  /** Bytes of it at most. */
  readonly largest: number;
}

/** What was sent, unread: JSON, or that as gzip makes it. */
interface Sent {
  readonly document: Uint8Array;
  readonly gzip: boolean;
}

const bodies = new WeakMap<FastifyRequest, Sent>();

/** Adds a route that takes a document (JSON, by gzip or not) too large to be read while calls wait: `work` gets its bytes. */
export function upload<P extends Shape, Q extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  { query, document, largest, ...route }: Upload<P, Q, A>,
  work: (asked: Omit<Asked<P, Q>, 'sent'> & { readonly query: z.output<Q> } & Sent) => Promise<z.input<A>>,
): void {
  const ways = {
    method: 'POST',
    ...{ sent: query, response: { 200: route.answer } },
    unread: { document, largest, take: takeUnread },
  } as const;
  addRoute(app, door, route, ways, async ({ sent, ...asked }, _reply, request) => {
    const body = bodies.get(request);
    if (!body) throw new Error('its body was not taken before it was read');
    request.raw.socket.setTimeout(WORK);
    return work({ ...asked, query: sent, ...body });
  });
}

/** Takes the bytes of a request, and leaves an empty document in their place. @throws HttpError 400, 413, 415 */
async function takeUnread(request: FastifyRequest, payload: AsyncIterable<Buffer>, largest: number) {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') throw new HttpError(415, 'a body is sent as it is, or by gzip');
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of payload) {
    length += piece.length;
    if (length > largest) throw new HttpError(413, `the body is too large: ${largest} bytes are allowed`);
    pieces.push(piece);
  }
  // Fastify would say of the empty document in its place that it is longer than what came.
  if (length === 0) throw new HttpError(400, 'a body in JSON is wanted, none was sent');
  bodies.set(request, { document: new Uint8Array(Buffer.concat(pieces)), gzip: encoding === 'gzip' });
  return Object.assign(Readable.from([Buffer.from('{}')]), { receivedEncodedLength: length });
}
