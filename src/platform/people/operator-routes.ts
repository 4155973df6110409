import type { FastifyInstance } from 'fastify';
import {
  Done,
  done,
  Everybody,
  Invited,
  NewLink,
  OperatorInvitation,
  Reason,
  StaffPath,
} from '../../protocol/api/people.ts';
import { momentText } from '../../protocol/api/wire.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { invite, resetOf, suspend } from './administer.ts';
import { everybody } from './staff.ts';

/** All staff, for those who run the platform. */
export function operatorRoutes(app: FastifyInstance, door: Door): void {
  look(
    app,
    door,
    {
      path: '/people',
      summary: 'All staff of all facilities',
      right: 'people.read',
      params: none,
      query: none,
      answer: Everybody,
    },
    async () => ({ items: await everybody(door.db) }),
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/people', right: 'people.change', status: 201 },
      summary: 'Invite somebody to run the platform: gives a link, which is shown once',
      ...{ params: none, body: OperatorInvitation, answer: Invited },
    },
    async ({ trx, at, body }) => {
      const { id, link } = await invite(trx, { ...body, operator: true }, at);
      if (!link) throw new HttpError(409, 'email: this person is known already');
      const act = { what: 'operator.invite', subject: { person: id }, after: body };
      return { answer: { id, link: link.path, ends: momentText(link.ends) }, act };
    },
  );
  const alter = { right: 'people.change', method: 'POST', params: StaffPath, body: Reason } as const;
  const mustBeAnother = (own: string, person: string) => {
    if (own === person) throw new HttpError(403, 'nobody does this to himself: ask another who runs the platform');
  };
  for (const verb of ['suspend', 'resume'] as const)
    change(
      app,
      door,
      {
        ...alter,
        path: `/people/:person/${verb}`,
        summary: `${verb === 'suspend' ? 'Let somebody in no more' : 'Let somebody in again'}`,
        answer: Done,
      },
      async ({ who, trx, params: { person }, body: { why } }) => {
        mustBeAnother(who.id, person);
        const changed = await suspend(trx, person, verb === 'suspend');
        return { answer: done, act: changed ? { what: `person.${verb}`, subject: { person }, why } : null };
      },
    );
  change(
    app,
    door,
    {
      ...alter,
      path: '/people/:person/reset',
      summary: 'Give somebody a link for new proofs, which is shown once',
      answer: NewLink,
    },
    async ({ who, trx, at, params: { person }, body: { why } }) => {
      mustBeAnother(who.id, person);
      const known = await trx.selectFrom('staff').select('id').where('id', '=', person).executeTakeFirst();
      if (!known) throw new HttpError(404, 'nobody has that id');
      const { path, ends } = await resetOf(trx, person, at);
      return {
        answer: { link: path, ends: momentText(ends) },
        act: { what: 'person.reset', subject: { person }, why },
      };
    },
  );
}
