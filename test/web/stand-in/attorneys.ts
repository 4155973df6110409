import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  Attorney,
  AttorneyAsked,
  AttorneyDeed,
  AttorneyFilter,
  Attorneys,
  AttorneyWish,
} from '../../../src/protocol/api/attorneys.ts';

const OfId = z.object({ attorney: z.coerce.number() });
const AT = '2026-03-03T18:00:00.000Z';

/** Attorneys of a county who ask, whoever is signed in or not. */
export function attorneyRoutes(app: FastifyInstance): void {
  const here = '/api/facilities/county/attorneys';
  let all: Attorney[] = [];
  app.post(here, ({ body }, reply) => {
    const nothing = { decided: null, decided_by: null, decided_why: null };
    const id = all.length + 1;
    all.push(Attorney.parse({ ...AttorneyWish.parse(body), ...nothing, id, asked: AT, origin: '-', state: 'open' }));
    return reply.status(201).send(AttorneyAsked.parse({ asked: true }));
  });
  app.get(here, ({ query }) => {
    const { state } = AttorneyFilter.parse(query);
    return Attorneys.parse({ items: all.filter((one) => one.state === state), next: null });
  });
  for (const [deed, state] of [
    ['approve', 'approved'],
    ['decline', 'declined'],
  ] as const)
    app.post(`${here}/:attorney/${deed}`, ({ params, body }) => {
      const { attorney } = OfId.parse(params);
      const { why } = AttorneyDeed.parse(body);
      const decided = { state, decided: AT, decided_by: 'J. Alvarez', decided_why: why };
      all = all.map((one) => (one.id === attorney ? { ...one, ...decided } : one));
      return all.find(({ id }) => id === attorney);
    });
}
