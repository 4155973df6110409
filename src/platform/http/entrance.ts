import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Instant } from '../../protocol/units.ts';
import type { Actor } from '../people/actor.ts';
import type { Door } from './access.ts';
import { addRoute, type Described, type Shape } from './frame.ts';
import { originOf } from './same-origin.ts';

interface Entrance<P extends Shape, B extends Shape, A extends Shape> extends Described<P, A> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Of a GET it is the query. */
  readonly body: B;
}

interface Entering<P extends Shape, B extends Shape> {
  readonly who: Actor;
  readonly params: z.output<P>;
  readonly body: z.output<B>;
  readonly at: Instant;
  /** Where the page stands that asks, as the request says. */
  readonly origin: string;
  /** The id of the session that was sent, which proves nothing yet. */
  readonly cookie: string | null;
}

interface Entered<A extends Shape> {
  readonly answer: z.input<A>;
  /** The id of the session that begins; null: it is over. Without it the cookie stays. */
  readonly cookie?: string | null;
}

/**
 * Adds a route by which somebody comes in, goes out or changes his proofs. Its transactions are its own, and so is its line in the trail:
 * a password takes a fifth of a second to look at, and meanwhile nothing of the database is held; and a wrong one is counted, not undone.
 */
export function entrance<P extends Shape, B extends Shape, A extends Shape>(
  app: FastifyInstance,
  door: Door,
  route: Entrance<P, B, A>,
  work: (asked: Entering<P, B>) => Promise<Entered<A>>,
): void {
  const ways = { method: route.method, sent: route.body, response: { 200: route.answer } };
  addRoute(app, door, route, ways, async ({ sent: body, ...asked }, reply, request) => {
    const came = await work({ ...asked, body, origin: originOf(request), cookie: door.cookie.of(request) });
    if (came.cookie !== undefined) door.cookie.set(reply, came.cookie);
    return came.answer;
  });
}
