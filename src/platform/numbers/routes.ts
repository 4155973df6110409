import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { FacilityId, type Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { parse } from '../http/parse.ts';
import { type Lifting, liftBlock } from './block.ts';

const Filter = z.strictObject({
  facility: FacilityId,
  /** `true`: those that were lifted; otherwise those in force. */
  lifted: z.enum(['true', 'false']).default('false'),
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100),
  /** Continues after this block. */
  after: z.coerce.number().pipe(z.int().min(0)).default(0),
});

const Params = z.object({ facility: FacilityId, block: z.coerce.number().pipe(z.int().min(1)) });

const Lift = z.strictObject({
  /** Who lifts it. */
  by: z.string().trim().min(1).max(120),
  /** At whose wish, and how that was made sure of. */
  why: z.string().trim().min(1).max(500),
});

/** Blocks, and the lifting of those that called parties made. */
export function numberRoutes(app: FastifyInstance, { db, now, staff }: Door): void {
  app.get('/blocks', (request) => staff(request) && listBlocks(db, request.query));
  app.post('/blocks/:facility/:block/lift', (request) => {
    if (staff(request) !== 'admin') throw new HttpError(403, 'lifting a block is for the admin token');
    return lift(db, request.params, request.body, request.ip, now());
  });
}

/** Blocks of a facility in the order in which they were made. */
function listBlocks(db: Kysely<Schema>, query: unknown) {
  const { facility, lifted, limit, after } = parse(Filter, query);
  return db
    .selectFrom('blocks')
    .selectAll()
    .where('facility', '=', facility)
    .where('lifted', lifted === 'true' ? 'is not' : 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

const REFUSED: Record<Exclude<Lifting, 'lifted'>, [status: number, why: string]> = {
  unknown: [404, 'there is no such block in this facility'],
  'lifted-before': [409, 'it was lifted before'],
  'not-by-called-party': [409, 'no called party made it: change it in the site file'],
};

/** @throws HttpError 400, 404, 409 */
async function lift(db: Kysely<Schema>, params: unknown, body: unknown, from: string, at: Instant) {
  const { facility, block: id } = parse(Params, params);
  const { by, why } = parse(Lift, body);
  const came = await liftBlock(db, { facility, id }, { by: `${by} from ${from}`, why, at });
  if (came !== 'lifted') throw new HttpError(...REFUSED[came]);
  return { facility, id, lifted: at };
}
