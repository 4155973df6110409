import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { parse } from '../http/parse.ts';
import { listOf } from '../numbers/list.ts';

const Filter = z.strictObject({
  facility: FacilityId,
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100),
  /** Continues after this caller. */
  after: z.string().max(64).default(''),
});

/** Callers and their lists. */
export function callerRoutes(app: FastifyInstance, { db, staff }: Door): void {
  app.get('/callers', (request) => staff(request) && listCallers(db, request.query));
  app.get('/callers/:facility/:caller', (request) => staff(request) && oneCaller(db, request.params));
}

/** Callers of a facility in the order of their ids. Of their PINs not even the hashes. */
function listCallers(db: Kysely<Schema>, query: unknown) {
  const { facility, limit, after } = parse(Filter, query);
  return callers(db, facility)
    .where('id', '>', after as CallerId)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** One caller with his list. @throws HttpError 404 */
async function oneCaller(db: Kysely<Schema>, params: unknown) {
  const { facility, caller: id } = parse(z.object({ facility: FacilityId, caller: CallerId }), params);
  const caller = await callers(db, facility).where('id', '=', id).executeTakeFirst();
  if (!caller) throw new HttpError(404, `there is no caller ${id} in facility ${facility}`);
  return { ...caller, numbers: await listOf(db, facility, id) };
}

const callers = (db: Kysely<Schema>, facility: FacilityId) =>
  db
    .selectFrom('callers')
    .select(['facility', 'id', 'name', 'language', 'limit_ms', 'hours', 'suspended'])
    .where('facility', '=', facility);
