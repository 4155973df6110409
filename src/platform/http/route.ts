import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import { z } from 'zod';
import { FacilityId, type Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Actor } from '../people/actor.ts';
import { type Act, leaveTrail } from '../people/trail.ts';
import { type Door, letIn, type Wanted } from './access.ts';
import { parse } from './parse.ts';
import { mustBeSameOrigin } from './same-origin.ts';

export type Shape = z.ZodType;
const NOTHING = z.strictObject({});

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

/** A look at something. */
interface Look<P extends Shape, Q extends Shape, A extends Shape> extends Described<P, A> {
  readonly query: Q;
  /** What is left in the trail of a look at what is sensitive; without it none is, nor where it gives null. */
  readonly told?: (asked: Looked<P, Q>) => Act | null;
}

interface Looked<P extends Shape, Q extends Shape> {
  readonly who: Actor;
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly at: Instant;
}

/** A change. */
interface Change<P extends Shape, B extends Shape, A extends Shape> extends Described<P, A> {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body: B;
  /** 201 where something new is made. */
  readonly status?: 200 | 201 | 202;
}

interface Asked<P extends Shape, B extends Shape> {
  readonly who: Actor;
  readonly params: z.output<P>;
  readonly body: z.output<B>;
  readonly at: Instant;
}

interface Changed<P extends Shape, B extends Shape> extends Asked<P, B> {
  readonly trx: Trx;
}

/** What a change comes to: it cannot be made without a line in the trail. */
interface Done<A extends Shape> {
  readonly answer: z.input<A>;
  /** What is left in the trail; null where nothing was changed: it was so before. */
  readonly act: Act | null;
  /** What is told outside of the database, once it stands there. */
  readonly afterwards?: () => Promise<void>;
}

/** Adds a route that changes nothing. */
export function look<P extends Shape, Q extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Look<P, Q, A>,
  work: (asked: Looked<P, Q>) => Promise<z.input<A>>,
): void {
  const { db, now } = door;
  const { path, query, answer, told, right } = route;
  app.route({
    ...{ method: 'GET', url: path, schema: documented(route, { querystring: query, response: { 200: answer } }) },
    config: { right },
    onRequest: letInBy(door, right),
    handler: async (request, reply): Promise<unknown> => {
      const asked = { who: actorOf(request), at: now() };
      const read = { ...asked, params: parse(route.params, request.params), query: parse(query, request.query) };
      const given = await work(read);
      const act = told?.(read);
      if (act) await db.transaction().execute((trx) => leaveTrail(trx, facilityIn(request), read.who, act, read.at));
      return reply.send(given);
    },
  });
}

/** Adds a route that changes something: all of `work` and its line in the trail stand, or nothing does. */
export function change<P extends Shape, B extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Change<P, B, A>,
  work: (asked: Changed<P, B>) => Promise<Done<A>>,
): void {
  add(app, door, route, (asked, leave) =>
    door.db.transaction().execute(async (trx) => {
      const done = await work({ ...asked, trx });
      await leave(trx, done);
      return done;
    }),
  );
}

/** Adds a route that does something outside of the database, as an order given to phones: it is done, and then its line is left. */
export function act<P extends Shape, B extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Change<P, B, A>,
  work: (asked: Asked<P, B>) => Promise<Done<A>>,
): void {
  add(app, door, route, async (asked, leave) => {
    const done = await work(asked);
    await door.db.transaction().execute((trx) => leave(trx, done));
    return done;
  });
}

type Leave<A extends Shape> = (trx: Trx, done: Done<A>) => Promise<void>;

function add<P extends Shape, B extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Change<P, B, A>,
  run: (asked: Asked<P, B>, leave: Leave<A>) => Promise<Done<A>>,
): void {
  const { now } = door;
  const { method, path, body, answer, right, status = 200 } = route;
  app.route({
    ...{ method, url: path, schema: documented(route, { body, response: { [status]: answer } }) },
    config: { right },
    onRequest: letInBy(door, right),
    handler: async (request, reply): Promise<unknown> => {
      const asked = { who: actorOf(request), at: now() };
      const sent = { ...asked, params: parse(route.params, request.params), body: parse(body, request.body) };
      const done = await run(sent, async (trx, { act }) => {
        if (act) await leaveTrail(trx, facilityIn(request), sent.who, act, sent.at);
      });
      await done.afterwards?.();
      return reply.status(status).send(done.answer);
    },
  });
}

/** So often it is looked whether he who watches still may, ms. */
const STILL_MAY = 30_000;

/**
 * Adds a route that tells what happens for as long as it is listened to, as Server-Sent Events; each event's data is `answer` as JSON.
 * It ends when who listens may no longer.
 */
export function watch<P extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Described<P, A>,
  open: (asked: Omit<Looked<P, Shape>, 'query'>) => Promise<Readable>,
): void {
  const { path, answer, right, params } = route;
  const events = { description: 'Server-Sent Events', content: { 'text/event-stream': { schema: answer } } };
  const mayBe = letInBy(door, right);
  app.route({
    ...{ method: 'GET', url: path, schema: documented(route, { response: { 200: events } }) },
    ...{ exposeHeadRoute: false, config: { right }, onRequest: mayBe },
    handler: async (request, reply): Promise<unknown> => {
      const stream = await open({ who: actorOf(request), at: door.now(), params: parse(params, request.params) });
      const still = setInterval(() => void mayBe(request).catch(() => stream.destroy()), STILL_MAY);
      stream.once('close', () => clearInterval(still));
      return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
    },
  });
}

/** Nothing is wanted in the path, the query or the body. */
export const none = NOTHING;

export const documented = (
  { summary, params, path }: Pick<Described<Shape, Shape>, 'summary' | 'params' | 'path'>,
  rest: FastifySchema,
): FastifySchema => {
  const things = path.split('/').filter((part) => part !== '' && part !== 'facilities' && !part.startsWith(':'));
  return { ...rest, summary, params, tags: [things[0] ?? 'facilities'] };
};

const actors = new WeakMap<FastifyRequest, Actor>();

/** Lets in whom the route is for; that somebody who is known was refused stands in the trail. */
export const letInBy = (door: Door, right: Wanted) => async (request: FastifyRequest) => {
  mustBeSameOrigin(request, door.cookie.of(request) !== null);
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
export const actorOf = (request: FastifyRequest): Actor =>
  actors.get(request) ?? {
    ...{ kind: 'person', id: '', name: 'nobody', operator: false, roles: new Map(), scopes: null, from: request.ip },
  };

const facilityIn = ({ params }: FastifyRequest): FacilityId | null =>
  FacilityId.safeParse((params as { readonly facility?: unknown }).facility).data ?? null;
