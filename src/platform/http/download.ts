import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Act, leaveTrail } from '../people/trail.ts';
import type { Door } from './access.ts';
import { addRoute, type Described, facilityIn, type Shape } from './frame.ts';
import type { Looked } from './route.ts';

const FORMS = {
  csv: { type: 'text/csv', description: 'A table (RFC 4180)' },
  json: { type: 'application/json', description: 'A JSON text' },
  jsonl: { type: 'application/jsonl', description: 'A JSON text on each line' },
} as const;

interface Download<P extends Shape, Q extends Shape> extends Omit<Described<P, Shape>, 'answer'> {
  readonly query: Q;
  /** A table (RFC 4180) unless it is said; `json`: a JSON text; `jsonl`: one on each line. */
  readonly form?: keyof typeof FORMS;
  /** Without its ending. */
  readonly name: (asked: Looked<P, Q>) => string;
  /** What is left in the trail: a file goes where nobody sees it any more. */
  readonly told: (asked: Looked<P, Q>) => Act;
}

/**
 * Adds a route that gives a file piece by piece, as fast as it is taken. That it was taken stands in the trail
 * before the first of it goes out.
 */
export function download<P extends Shape, Q extends Shape>(
  app: FastifyInstance,
  door: Door,
  { query, name, told, form = 'csv', ...route }: Download<P, Q>,
  pieces: (asked: Looked<P, Q>) => AsyncIterable<string>,
): void {
  const { type, description } = FORMS[form];
  const file = { description, content: { [type]: { schema: z.string() } } };
  const described = { ...route, answer: z.string() };
  const ways = { method: 'GET', sent: query, response: { 200: file }, exposeHeadRoute: false } as const;
  addRoute(app, door, described, ways, async ({ sent, ...asked }, reply, request) => {
    const taken = { ...asked, query: sent };
    const leave = (trx: Parameters<typeof leaveTrail>[0]) =>
      leaveTrail(trx, facilityIn(request), asked.who, told(taken), asked.at);
    await door.db.transaction().execute(leave);
    reply.type(`${type}; charset=utf-8`);
    reply.header('content-disposition', `attachment; filename="${name(taken)}.${form}"`);
    return Readable.from(pieces(taken));
  });
}
