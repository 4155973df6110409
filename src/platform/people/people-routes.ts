import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import {
  Done,
  done,
  Invitation,
  Invited,
  NewLink,
  People,
  PersonPath,
  Reason,
  RolesChange,
} from '../../protocol/api/people.ts';
import { momentText } from '../../protocol/api/wire.ts';
import type { Door } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { giveRoles, invite, mustBeHisOwn, resetOf, suspend } from './administer.ts';
import { peopleOf } from './staff.ts';

/** The staff of a facility. What somebody is elsewhere is neither told nor touched. */
export function peopleRoutes(app: FastifyInstance, door: Door): void {
  const here = '/facilities/:facility/people';
  const alter = { right: 'people.change', params: PersonPath } as const;
  look(
    app,
    door,
    {
      ...{ path: here, summary: 'Who works here, and as what', right: 'people.read' },
      ...{ params: FacilityPath, query: none, answer: People },
    },
    async ({ params: { facility } }) => ({ items: await peopleOf(door.db, facility) }),
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: here, summary: 'Invite somebody: gives a link, which is shown once', status: 201 },
      ...{ right: 'people.change', params: FacilityPath, body: Invitation, answer: Invited },
    },
    async ({ who, trx, at, params: { facility }, body: { roles, ...person } }) => {
      const { id, link } = await invite(trx, { ...person, operator: false }, at);
      const before = await giveRoles(trx, who, facility, id, roles);
      const act = {
        what: 'person.invite',
        subject: { person: id },
        before: { roles: before },
        after: { ...person, roles },
      };
      return { answer: { id, link: link?.path ?? null, ends: link && momentText(link.ends) }, act };
    },
  );
  change(
    app,
    door,
    {
      ...{ ...alter, method: 'PUT', path: `${here}/:person/roles`, body: RolesChange, answer: Done },
      summary: 'Say as what somebody works here; as nothing: he does no more',
    },
    async ({ who, trx, params: { facility, person }, body: { roles, why } }) => {
      await mustBeHisOwn(trx, who, facility, person, 'any');
      const before = await giveRoles(trx, who, facility, person, roles);
      const subject = { person };
      return {
        answer: done,
        act: { what: 'person.roles', subject, before: { roles: before }, after: { roles }, why: why ?? null },
      };
    },
  );
  for (const [verb, summary] of [
    ['suspend', 'Let somebody in no more, from this moment'],
    ['resume', 'Let somebody in again'],
  ] as const)
    change(
      app,
      door,
      { ...alter, method: 'POST', path: `${here}/:person/${verb}`, summary, body: Reason, answer: Done },
      async ({ who, trx, params: { facility, person }, body: { why } }) => {
        await mustBeHisOwn(trx, who, facility, person, 'only');
        const changed = await suspend(trx, person, verb === 'suspend');
        return { answer: done, act: changed ? { what: `person.${verb}`, subject: { person }, why } : null };
      },
    );
  change(
    app,
    door,
    {
      ...{ ...alter, method: 'POST', path: `${here}/:person/reset`, body: Reason, answer: NewLink },
      summary: 'Give somebody who has lost his proofs a link for new ones, which is shown once',
    },
    async ({ who, trx, at, params: { facility, person }, body: { why } }) => {
      await mustBeHisOwn(trx, who, facility, person, 'only');
      const { path, ends } = await resetOf(trx, person, at);
      return {
        answer: { link: path, ends: momentText(ends) },
        act: { what: 'person.reset', subject: { person }, why },
      };
    },
  );
}
