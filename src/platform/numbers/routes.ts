import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Block, BlockFilter, Blocking, BlockPath, Blocks, Lift, Lifted } from '../../protocol/api/numbers.ts';
import { asWritten } from '../../protocol/api/pattern.ts';
import { momentText, momentTextOrNull, piece } from '../../protocol/api/wire.ts';
import { mustBeThere } from '../callers/caller.ts';
import { lockFacility } from '../facilities/lock.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { blockForStaff, type Lifting, liftBlock } from './block.ts';

/** Blocks, made by staff and lifted, be it that a called party or staff made them. */
export function numberRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/blocks',
      summary: 'What is not to be called, or was not, in the order in which it was blocked',
      right: 'numbers.read',
      ...{ params: FacilityPath, query: BlockFilter, answer: Blocks },
    },
    async ({ params: { facility }, query: { lifted, kind, caller, limit, after } }) => {
      const rows = await door.db
        .selectFrom('blocks')
        .select(['id', 'pattern', 'kind', 'caller', 'note', 'created', 'created_by'])
        .select(['lifted', 'lifted_by', 'lifted_why'])
        .where('facility', '=', facility)
        .where('lifted', lifted ? 'is not' : 'is', null)
        .where((eb) => eb.and({ ...(kind && { kind }), ...(caller && { caller }) }))
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      const inWords = rows.map((row) => ({
        ...row,
        pattern: asWritten(row.pattern),
        ...{ created: momentText(row.created), lifted: momentTextOrNull(row.lifted) },
      }));
      return piece(inWords, limit, ({ id }) => String(id));
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/blocks', status: 201 },
      summary: 'Block a number, or all of a pattern, for all or for one caller',
      right: 'numbers.change',
      ...{ params: FacilityPath, body: Blocking, answer: Block },
    },
    async ({ who, trx, at, params: { facility }, body }) => {
      await lockFacility(trx, facility);
      if (body.caller !== null) await mustBeThere(trx, facility, body.caller);
      const by = told(who);
      const id = await blockForStaff(trx, { facility, ...body }, { by, at });
      if (id === null) throw new HttpError(409, 'it is blocked already');
      const made = { ...body, pattern: asWritten(body.pattern) };
      const answer = { id, ...made, created: momentText(at), created_by: by, ...NOT_LIFTED };
      return { answer, act: { what: 'block.make', subject: { block: String(id) }, after: made, why: body.note } };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/blocks/:block/lift' },
      summary: 'Lift a block that a called party or staff made',
      right: 'blocks.lift',
      ...{ params: BlockPath, body: Lift, answer: Lifted },
    },
    async ({ who, trx, at, params: { facility, block: id }, body: { why } }) => {
      const came = await liftBlock(trx, { facility, id }, { by: told(who), why, at });
      if (came !== 'lifted') throw new HttpError(...REFUSED[came]);
      const act = { what: 'block.lift', subject: { block: String(id) }, why };
      return { answer: { id, lifted: momentText(at) }, act };
    },
  );
}

const NOT_LIFTED = { lifted: null, lifted_by: null, lifted_why: null };

const REFUSED: Record<Exclude<Lifting, 'lifted'>, [status: number, why: string]> = {
  unknown: [404, 'there is no such block in this facility'],
  'lifted-before': [409, 'it was lifted before'],
  'by-site-file': [409, 'the site file made it: change it there'],
};
