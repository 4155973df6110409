import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { IdempotencyKey } from '../../protocol/api/wire.ts';
import type { Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Actor } from '../people/actor.ts';
import { type Act, leaveTrail } from '../people/trail.ts';
import { type Door, HttpError } from './access.ts';
import type { Keyed } from './answered.ts';
import { addRoute, type Described, facilityIn, letInBy, type Shape } from './frame.ts';
import { parse } from './parse.ts';

/** Nothing is wanted in the path, the query or the body. */
export const none = z.strictObject({});

/** A look at something. */
interface Look<P extends Shape, Q extends Shape, A extends Shape> extends Described<P, A> {
  readonly query: Q;
  /** What is left in the trail of a look at what is sensitive; without it none is, nor where it gives null. */
  readonly told?: (asked: Looked<P, Q>) => Act | null;
}

/** Who looks at what, and when. */
export interface Looked<P extends Shape, Q extends Shape> {
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
  const ways = { method: 'GET', sent: route.query, response: { 200: route.answer } } as const;
  addRoute(app, door, route, ways, async ({ sent: query, ...asked }, _reply, request) => {
    const read = { ...asked, query };
    const given = await work(read);
    const act = route.told?.(read);
    if (act) await door.db.transaction().execute((trx) => leaveTrail(trx, facilityIn(request), read.who, act, read.at));
    return given;
  });
}

/** Adds a route that changes something: all of `work` and its line in the trail stand, or nothing does. */
export function change<P extends Shape, B extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Change<P, B, A>,
  work: (asked: Changed<P, B>) => Promise<Done<A>>,
): void {
  const { db, answered } = door;
  // Whom nobody knows has no key of his own: what he asked before is nobody's.
  const headers = route.method === 'POST' && route.right !== 'anybody' ? KeyHeader : undefined;
  add(app, door, { ...route, headers }, (asked, leave, request) =>
    db.transaction().execute(async (trx) => {
      const keyed = headers && keyedOf(asked.who, request);
      const before = keyed && (await answered.before(trx, keyed, asked.at));
      if (before === 'busy') throw new HttpError(409, 'Idempotency-Key: this is being done: ask again in a moment');
      if (before === 'other')
        throw new HttpError(422, 'Idempotency-Key: something else was asked with it: take another');
      const again = { what: 'request.repeat', after: { asked: `${request.method} ${request.routeOptions.url}` } };
      const done = before ? { answer: before.answer as z.input<A>, act: again } : await work({ ...asked, trx });
      await leave(trx, done);
      if (keyed && !before) await answered.keep(trx, keyed, done.answer, asked.at);
      return done;
    }),
  );
}

/** Of POST, which does the same again where it is sent again. */
const KeyHeader = z.object({ 'idempotency-key': IdempotencyKey.optional() });

function keyedOf(who: Actor, request: FastifyRequest): Keyed | null {
  const { 'idempotency-key': key } = parse(KeyHeader, request.headers);
  if (key === undefined) return null;
  return { actor: who.id, key, asked: JSON.stringify([request.method, request.url, request.body]) };
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
  route: Change<P, B, A> & { readonly headers?: Shape | undefined },
  run: (asked: Asked<P, B>, leave: Leave<A>, request: FastifyRequest) => Promise<Done<A>>,
): void {
  const { method, body, answer, headers, status = 200 } = route;
  const ways = { method, sent: body, ...(headers && { headers }), response: { [status]: answer } };
  addRoute(app, door, route, ways, async ({ sent: body, ...asked }, reply, request) => {
    const leave: Leave<A> = async (trx, { act }) => {
      if (act) await leaveTrail(trx, facilityIn(request), asked.who, act, asked.at);
    };
    const done = await run({ ...asked, body }, leave, request);
    await done.afterwards?.();
    reply.status(status);
    return done.answer;
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
  const events = { description: 'Server-Sent Events', content: { 'text/event-stream': { schema: route.answer } } };
  const mayBe = letInBy(door, route.right);
  const ways = { method: 'GET', sent: none, response: { 200: events }, exposeHeadRoute: false } as const;
  addRoute(app, door, route, ways, async ({ sent: _, ...asked }, reply, request) => {
    const stream = await open(asked);
    const still = setInterval(() => void mayBe(request).catch(() => stream.destroy()), STILL_MAY);
    stream.once('close', () => clearInterval(still));
    reply.type('text/event-stream');
    return stream;
  });
}
