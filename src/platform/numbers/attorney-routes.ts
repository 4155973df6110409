import type { FastifyInstance } from 'fastify';
import {
  Attorney,
  AttorneyAsked,
  AttorneyDeed,
  AttorneyFilter,
  AttorneyPath,
  Attorneys,
  AttorneyWish,
} from '../../protocol/api/attorneys.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { momentText, momentTextOrNull, piece } from '../../protocol/api/wire.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Door } from '../http/access.ts';
import { change, look } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { askAsAttorney, attorneysOf, decideAttorney, makePrivileged } from './attorney.ts';

const ALL = '/facilities/:facility/attorneys';

/** Attorneys ask, without being anybody here, that calls to their number be private; staff look whether they are attorneys. */
export function attorneyRoutes(app: FastifyInstance, door: Door): void {
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: ALL, params: FacilityPath, body: AttorneyWish, answer: AttorneyAsked, status: 201 },
      ...{ right: 'anybody', summary: 'Ask, as an attorney, that calls to a number be private: staff look at it' },
    },
    async ({ who, trx, at, params: { facility }, body }) => {
      const isNew = await askAsAttorney(trx, facility, body, { origin: who.from, at });
      const { number, name, bar } = body;
      // Who asks again and again for the same fills no trail.
      const act = isNew ? { what: 'attorney.ask', subject: { number }, after: { name, bar } } : null;
      return { answer: { asked: true as const }, act };
    },
  );
  look(
    app,
    door,
    {
      ...{ path: ALL, params: FacilityPath, query: AttorneyFilter, answer: Attorneys, right: 'numbers.read' },
      summary: 'Attorneys who asked that calls to their numbers be private',
    },
    async ({ params: { facility }, query: { limit, ...wanted } }) => {
      const rows = await attorneysOf(door.db, facility, wanted)
        .limit(limit + 1)
        .execute();
      return piece(rows.map(inWords), limit, ({ id }) => String(id));
    },
  );
  for (const [deed, state, summary] of [
    ['approve', 'approved', 'Have calls to the number be private, whoever of the facility makes them'],
    ['decline', 'declined', 'Say no to an attorney who asked'],
  ] as const)
    change(
      app,
      door,
      {
        ...{ method: 'POST', path: `${ALL}/:attorney/${deed}`, params: AttorneyPath, right: 'numbers.change', summary },
        ...{ body: AttorneyDeed, answer: Attorney },
      },
      async ({ who, trx, at, params: { facility, attorney: id }, body: { why } }) => {
        const by = told(who);
        const number = await decideAttorney(trx, { facility, id }, state, { by, why, at });
        if (state === 'approved') await makePrivileged(trx, facility, number, by);
        const answer = inWords(await attorneysOf(trx, facility, { id }).executeTakeFirstOrThrow());
        return { answer, act: { what: `attorney.${deed}`, subject: { number }, after: { name: answer.name }, why } };
      },
    );
}

const inWords = ({ asked, decided, ...row }: Awaited<ReturnType<typeof rowOf>>) => ({
  ...row,
  ...{ asked: momentText(asked), decided: momentTextOrNull(decided) },
});
const rowOf = (trx: Trx, facility: FacilityId) => attorneysOf(trx, facility, {}).executeTakeFirstOrThrow();
