import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Kysely } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import type { HttpConfig } from '../config.ts';
import type { Schema } from '../database/schema.ts';

/** Ordinary staff, or those who may also see tip lines and take money. */
export type Scope = 'staff' | 'admin';

/** What the routes of a room are given. */
export interface Door {
  readonly db: Kysely<Schema>;
  readonly now: () => Instant;
  /** Who asks. @throws HttpError 401 */
  readonly staff: (request: FastifyRequest) => Scope;
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

/** Who asks, by his bearer token. @throws HttpError 401 */
export function scopeOf({ headers }: FastifyRequest, { token, adminToken }: HttpConfig): Scope {
  if (token === undefined && adminToken === undefined)
    throw new HttpError(401, 'no token is configured: set http.token in the configuration of the platform');
  const given = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (given !== undefined && adminToken !== undefined && same(given, adminToken)) return 'admin';
  if (given !== undefined && token !== undefined && same(given, token)) return 'staff';
  throw new HttpError(401, 'a known token is wanted: Authorization: Bearer …');
}

const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
