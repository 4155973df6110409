import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Right } from '../../protocol/api/rights.ts';
import { FacilityId, type Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Actor, belongsTo, may, rolesWith } from '../people/actor.ts';
import type { Refusals } from '../people/refusals.ts';
import type { Answered } from './answered.ts';
import type { SessionCookie } from './cookie.ts';

/** What the routes of a room are given. */
export interface Door {
  readonly db: Kysely<Schema>;
  readonly now: () => Instant;
  /** The origin at which people reach the platform, as `https://phones.example.gov`. */
  readonly url: () => string;
  /** Who asks. @throws HttpError 401 */
  readonly who: (request: FastifyRequest) => Promise<Actor>;
  readonly cookie: SessionCookie;
  readonly refusals: Refusals;
  readonly answered: Answered;
}

/** An answer that is not 200, with its one line of text. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** What a route asks of who comes: a right in the facility that its path names, else over the platform; to be known; or nothing. */
export type Wanted = Right | 'known' | 'anybody';

/**
 * Lets `who` in to a route, or not. To whom a facility is nothing, it is as if there were none.
 * @throws HttpError 403, 404
 */
export function letIn(who: Actor, wanted: Right | 'known', facility: unknown): void {
  const here = facility === undefined ? null : (FacilityId.safeParse(facility).data ?? 'none');
  if (here === 'none' || (here !== null && !belongsTo(who, here)))
    throw new HttpError(404, 'there is no such facility, or nothing of it is for you');
  if (wanted === 'known' || may(who, wanted, here)) return;
  if (who.scopes !== null && !who.scopes.includes(wanted)) throw new HttpError(403, `this token is not for ${wanted}`);
  if (here === null) throw new HttpError(403, 'this is for those who run the platform');
  throw new HttpError(403, `this is for another role: ${rolesWith(wanted).join(', ')}`);
}
