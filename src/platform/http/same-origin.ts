import type { FastifyRequest } from 'fastify';
import { HttpError } from './access.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a change that a page of somebody else's makes a browser ask for: it sends the cookie along by itself. A token it does not.
 * @param url where people reach the platform
 * @throws HttpError 403
 */
export function mustBeSameOrigin(request: FastifyRequest, url: string, hasCookie: boolean): void {
  if (SAFE.has(request.method) || request.headers.authorization !== undefined) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  const own = [url, originOf(request)];
  const isOwn = site !== undefined ? site === 'same-origin' : origin !== undefined ? own.includes(origin) : !hasCookie;
  if (!isOwn) throw new HttpError(403, 'this was asked by a page of somebody else');
}

/** Where a page of ours stands that asks this, as the request says. */
export const originOf = ({ protocol, host }: FastifyRequest): string => `${protocol}://${host}`;
