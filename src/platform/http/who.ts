import type { FastifyRequest } from 'fastify';
import type { Actor } from '../people/actor.ts';
import { type SessionRules, sessionOf } from '../people/sign-in/sessions.ts';
import { actorOf } from '../people/staff.ts';
import { machineBy } from '../people/tokens.ts';
import { type Door, HttpError } from './access.ts';

/** Who asks: the machine whose token it sends, else the person whose session the cookie names. A token that is not good is not made good by a cookie. */
export function whoAsks({ db, now, cookie }: Pick<Door, 'db' | 'now' | 'cookie'>, sessions: SessionRules): Door['who'] {
  return async (request) => {
    const who = request.headers.authorization === undefined ? await byCookie(request) : await byBearer(request);
    if (!who) throw new HttpError(401, 'sign in, or send a token that is good: Authorization: Bearer …');
    return who;
  };

  async function byBearer({ headers, ip }: FastifyRequest): Promise<Actor | null> {
    const token = bearerOf(headers.authorization);
    return token === null ? null : machineBy(db, token, ip, now());
  }

  async function byCookie(request: FastifyRequest): Promise<Actor | null> {
    const staff = await sessionOf(db, cookie.of(request), 'full', sessions, now());
    return staff && actorOf(db, staff, request.ip);
  }
}

/** The token of an `Authorization` (RFC 6750 section 2.1); null where it is none. */
const bearerOf = (authorization: string | undefined): string | null =>
  /^Bearer (\S{1,256})$/i.exec(authorization ?? '')?.[1] ?? null;
