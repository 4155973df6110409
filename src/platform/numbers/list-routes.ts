import type { FastifyInstance } from 'fastify';
import { ListedNumber, ListedPath, Listing, Unlisted, Unlisting } from '../../protocol/api/numbers.ts';
import { mustBeThere } from '../callers/caller.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { putOnList, takeOffList } from './list.ts';

/** Callers' own lists, as staff change them. */
export function listRoutes(app: FastifyInstance, door: Door): void {
  const path = '/facilities/:facility/callers/:caller/numbers/:number';
  const right = 'numbers.change';
  change(
    app,
    door,
    {
      ...{
        method: 'PUT',
        path,
        right,
        summary: "Put a number on a caller's list, or say what it is to him from now on",
      },
      ...{ params: ListedPath, body: Listing, answer: ListedNumber },
    },
    async ({ who, trx, params: { facility, caller, number }, body: { why, ...wanted } }) => {
      await mustBeThere(trx, facility, caller);
      const entry = { number, ...wanted, added_by: told(who) };
      const before = await putOnList(trx, facility, caller, entry);
      if (before === 'full') throw new HttpError(409, 'his list is full: take a number off it first');
      return { answer: entry, act: { what: 'number.list', subject: { caller, number }, before, after: wanted, why } };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'DELETE', path, right, summary: "Take a number off a caller's list" },
      ...{ params: ListedPath, body: Unlisting, answer: Unlisted },
    },
    async ({ trx, params: { facility, caller, number }, body: { why } }) => {
      await mustBeThere(trx, facility, caller);
      if (!(await takeOffList(trx, facility, caller, number))) throw new HttpError(409, `${number} is not on his list`);
      return {
        answer: { number, listed: false as const },
        act: { what: 'number.unlist', subject: { caller, number }, why },
      };
    },
  );
}
