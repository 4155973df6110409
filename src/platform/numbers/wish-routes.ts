import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Declining, Listing, Wish, Wishes, WishFilter, WishPath } from '../../protocol/api/numbers.ts';
import { momentText, momentTextOrNull, piece } from '../../protocol/api/wire.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { putOnList } from './list.ts';
import { decideWish, openWish, wishesOf } from './wish.ts';

/** Numbers that callers asked for by dialling them, and what staff say to that. */
export function wishRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/wishes',
      summary: 'Numbers that callers asked for, in the order in which they did first',
      right: 'numbers.read',
      ...{ params: FacilityPath, query: WishFilter, answer: Wishes },
    },
    async ({ params: { facility }, query: { limit, ...wanted } }) => {
      const rows = await wishesOf(door.db, facility, wanted)
        .limit(limit + 1)
        .execute();
      return piece(rows.map(inWords), limit, ({ id }) => String(id));
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/wishes/:wish/approve' },
      summary: 'Put a number that a caller asked for on his list, and say what it is to him',
      right: 'numbers.change',
      ...{ params: WishPath, body: Listing, answer: Wish },
    },
    async ({ who, trx, at, params: { facility, wish: id }, body: { why, ...wanted } }) => {
      const { caller, number } = await mustBeOpen(trx, facility, id);
      const entry = { number, ...wanted, added_by: told(who) };
      const before = await putOnList(trx, facility, caller, entry);
      if (before === 'full') throw new HttpError(409, 'his list is full: take a number off it first');
      await decideWish(trx, { facility, id }, 'approved', { by: told(who), why, at });
      const act = { what: 'wish.approve', subject: { caller, number }, before, after: wanted, why };
      return { answer: inWords(await wishesOf(trx, facility, { id }).executeTakeFirstOrThrow()), act };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/wishes/:wish/decline' },
      summary: 'Say no to a number that a caller asked for: he can ask for it no more',
      right: 'numbers.change',
      ...{ params: WishPath, body: Declining, answer: Wish },
    },
    async ({ who, trx, at, params: { facility, wish: id }, body: { why } }) => {
      const { caller, number } = await mustBeOpen(trx, facility, id);
      await decideWish(trx, { facility, id }, 'declined', { by: told(who), why, at });
      const act = { what: 'wish.decline', subject: { caller, number }, why };
      return { answer: inWords(await wishesOf(trx, facility, { id }).executeTakeFirstOrThrow()), act };
    },
  );
}

async function mustBeOpen(trx: Trx, facility: FacilityId, id: number) {
  const open = await openWish(trx, facility, id);
  if (open) return open;
  const known = await wishesOf(trx, facility, { id }).executeTakeFirst();
  if (known) throw new HttpError(409, `it was ${known.state} before`);
  throw new HttpError(404, 'nobody in this facility asked for that');
}

const inWords = ({ first_asked, last_asked, decided, ...row }: Awaited<ReturnType<typeof rowOf>>) => ({
  ...row,
  ...{ first_asked: momentText(first_asked), last_asked: momentText(last_asked), decided: momentTextOrNull(decided) },
});
const rowOf = (trx: Trx, facility: FacilityId) => wishesOf(trx, facility, {}).executeTakeFirstOrThrow();
