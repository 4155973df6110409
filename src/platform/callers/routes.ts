import type { FastifyInstance } from 'fastify';
import { CallerAndList, CallerPath, Callers } from '../../protocol/api/callers.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Paging, piece } from '../../protocol/api/wire.ts';
import type { CallerId } from '../../protocol/units.ts';
import type { Door } from '../http/access.ts';
import { look, none } from '../http/route.ts';
import { listOf } from '../numbers/list.ts';
import { callersOf, noCaller } from './caller.ts';
import { hasName } from './voiceprints/names.ts';

/** Callers and their lists. */
export function callerRoutes(app: FastifyInstance, door: Door): void {
  const { db } = door;
  look(
    app,
    door,
    {
      path: '/facilities/:facility/callers',
      summary: 'Callers in the order of their ids',
      right: 'callers.read',
      ...{ params: FacilityPath, query: Paging, answer: Callers },
    },
    async ({ params: { facility }, query: { limit, after } }) => {
      const rows = await callersOf(db, facility)
        .where('id', '>', after as CallerId)
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return piece(rows, limit, ({ caller }) => caller);
    },
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/callers/:caller',
      summary: 'One caller with his own list, and whether he has said his name',
      right: 'callers.read',
      ...{ params: CallerPath, query: none, answer: CallerAndList },
      told: ({ params: { caller } }) => ({ what: 'caller.look', subject: { caller } }),
    },
    async ({ params: { facility, caller } }) => {
      const row = await callersOf(db, facility).where('id', '=', caller).executeTakeFirst();
      if (!row) throw noCaller(facility, caller);
      const name_recorded = await hasName(db, { facility, caller });
      return { ...row, name_recorded, numbers: await listOf(db, facility, caller) };
    },
  );
}
