import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RequestPayload } from 'fastify';
import type { z } from 'zod';
import { FacilityId, type Instant } from '../../protocol/units.ts';
import type { Actor } from '../people/actor.ts';
import { type Door, letIn, type Wanted } from './access.ts';
import { parse } from './parse.ts';
import { mustBeSameOrigin } from './same-origin.ts';

export type Shape = z.ZodType;

/** What every route says of itself: the door, the checks and the API's document are made of it. */
export interface Described<P extends Shape, A extends Shape> {
  /** As `/facilities/:facility/callers/:caller`. The right is wanted in the facility that it names; without one, over the platform. */
  readonly path: `/${string}`;
  /** One sentence for the API's document. */
  readonly summary: string;
  readonly right: Wanted;
  readonly params: P;
  readonly answer: A;
}

/** How a route is asked and answered, in HTTP's terms. */
interface Ways<S extends Shape> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** What is sent beside the path: of a GET the query, else the body. */
  readonly sent: S;
  readonly headers?: Shape;
  readonly response: FastifySchema['response'];
  /** False: HEAD is not answered as GET is, without a body. */
  readonly exposeHeadRoute?: boolean;
  /** Of a body that is not read here: then `sent` is the query. */
  readonly unread?: {
    readonly document: Shape;
    readonly largest: number;
    readonly take: (request: FastifyRequest, payload: RequestPayload, largest: number) => Promise<RequestPayload>;
  };
}

/** Who asks what, and when: known and read. */
export interface Asked<P extends Shape, S extends Shape> {
  readonly who: Actor;
  readonly params: z.output<P>;
  readonly sent: z.output<S>;
  readonly at: Instant;
}

/** Adds a route: it stands in the document, the door is before it, and `answer` is given what was sent as it should be. */
export function addRoute<P extends Shape, S extends Shape>(
  app: FastifyInstance,
  door: Door,
  { path, right, summary, params }: Described<P, Shape>,
  { method, sent, headers, response, exposeHeadRoute = true, unread }: Ways<S>,
  answer: (asked: Asked<P, S>, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>,
): void {
  const isQuery = method === 'GET' || unread !== undefined;
  const beside = { ...(isQuery ? { querystring: sent } : { body: sent }), ...(unread && { body: unread.document }) };
  app.route({
    ...(unread && {
      bodyLimit: unread.largest,
      preParsing: (request: FastifyRequest, _reply: FastifyReply, payload: RequestPayload) =>
        unread.take(request, payload, unread.largest),
    }),
    ...{ method, url: path, exposeHeadRoute, config: { right }, onRequest: letInBy(door, right) },
    schema: { ...beside, ...(headers && { headers }), response, summary, params, tags: [tagOf(path)] },
    handler: async (request, reply): Promise<unknown> => {
      const read = { params: parse(params, request.params), sent: parse(sent, isQuery ? request.query : request.body) };
      return reply.send(await answer({ ...read, who: actorOf(request), at: door.now() }, reply, request));
    },
  });
}

/** The thing that a path is of, under which the document has it. */
const tagOf = (path: string): string =>
  path.split('/').find((part) => part !== '' && part !== 'facilities' && !part.startsWith(':')) ?? 'facilities';

const actors = new WeakMap<FastifyRequest, Actor>();

/** Lets in whom the route is for; that somebody who is known was refused stands in the trail. */
export const letInBy = (door: Door, right: Wanted) => async (request: FastifyRequest) => {
  mustBeSameOrigin(request, door.url(), door.cookie.of(request) !== null);
  if (right === 'anybody') return;
  const actor = await door.who(request);
  const params = request.params as { readonly facility?: unknown };
  try {
    letIn(actor, right, params.facility);
  } catch (error) {
    const after = { asked: `${request.method} ${request.routeOptions.url}`, right };
    await door.refusals(actor, facilityIn(request), { what: 'request.refuse', after }, door.now());
    throw error;
  }
  actors.set(request, actor);
};

/** Who asks a route that is for anybody is nobody yet. */
const actorOf = (request: FastifyRequest): Actor =>
  actors.get(request) ?? {
    ...{ kind: 'person', id: '', name: 'nobody', operator: false, roles: new Map(), scopes: null, from: request.ip },
  };

/** The facility that the path names. */
export const facilityIn = ({ params }: FastifyRequest): FacilityId | null =>
  FacilityId.safeParse((params as { readonly facility?: unknown }).facility).data ?? null;
