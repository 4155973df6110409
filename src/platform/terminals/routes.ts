import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { FacilityId, type Instant, TerminalId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { parse } from '../http/parse.ts';
import { type Accepting, acceptKey } from './keys.ts';

const Place = z.object({ facility: FacilityId, terminal: TerminalId });
const Key = Place.extend({
  thumbprint: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a thumbprint is wanted, as `tierphone selftest` tells the key'),
});

const Acceptance = z.strictObject({
  /** Who accepts it. */
  by: z.string().trim().min(1).max(120),
  /** Which phone it is, and how it is known that this is its key. */
  why: z.string().trim().min(1).max(500),
});

/** Keys of phones: which are known at a place, and accepting that of a new one. */
export function terminalRoutes(app: FastifyInstance, { db, now, staff }: Door): void {
  app.get('/terminals/:facility/:terminal/keys', (request) => staff(request) && listKeys(db, request.params));
  app.post('/terminals/:facility/:terminal/keys/:thumbprint/accept', (request) => {
    if (staff(request) !== 'admin') throw new HttpError(403, 'accepting a key is for the admin token');
    return accept(db, request.params, request.body, request.ip, now());
  });
}

/** The keys seen or accepted at a place, the latest first. */
function listKeys(db: Kysely<Schema>, params: unknown) {
  const place = parse(Place, params);
  return db
    .selectFrom('terminal_keys')
    .select(['thumbprint', 'state', 'seen', 'accepted', 'accepted_by', 'accepted_why'])
    .where((eb) => eb.and(place))
    .orderBy('seen', 'desc')
    .execute();
}

const REFUSED: Record<Exclude<Accepting, 'accepted'>, [status: number, why: string]> = {
  unknown: [404, 'there is no such terminal in this facility'],
  'in-force': [409, 'it is the key in force'],
};

/** @throws HttpError 400, 404, 409 */
async function accept(db: Kysely<Schema>, params: unknown, body: unknown, from: string, at: Instant) {
  const { facility, terminal, thumbprint } = parse(Key, params);
  const { by, why } = parse(Acceptance, body);
  const came = await acceptKey(db, { facility, terminal }, thumbprint, { by: `${by} from ${from}`, why, at });
  if (came !== 'accepted') throw new HttpError(...REFUSED[came]);
  return { facility, terminal, thumbprint, accepted: at };
}
