import type { FastifyInstance } from 'fastify';
import { FacilityPath } from '../../protocol/api/live.ts';
import { HandedOn, OrderTaken, Signed, StandingOrders } from '../../protocol/api/orders.ts';
import { momentText, momentTextOrNull } from '../../protocol/api/wire.ts';
import { type LockdownOrder, lockdownName } from '../../protocol/lockdown.ts';
import { type Door, HttpError } from '../http/access.ts';
import { act, look, none } from '../http/route.ts';
import { may } from '../people/actor.ts';
import { approvalRoute } from '../people/approval-routes.ts';
import { askSecond, waitingIn } from '../people/approvals.ts';
import type { Act } from '../people/trail.ts';
import type { Desk } from './desk.ts';
import { orConflict } from './refused.ts';

const signed = { method: 'POST', params: FacilityPath, body: Signed, answer: HandedOn, status: 201 } as const;

/** Orders and commands that officers signed, on their way to the phones: nothing of them can be made here. */
export function orderRoutes(app: FastifyInstance, door: Door, desk: Desk): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/orders',
      summary: 'Which orders stand, by whom, since when and until when',
      right: 'live.read',
      ...{ params: FacilityPath, query: none, answer: StandingOrders },
    },
    async ({ who, at, params: { facility } }) => ({
      waiting: await waitingIn(door.db, { facility, kind: 'lockdown' }, who, at),
      items: desk.ordersIn(facility).map(({ order, by }) => {
        const { since, until, ...told } = order;
        return { ...told, by, since: momentText(since), until: momentTextOrNull(until) };
      }),
    }),
  );
  act(
    app,
    door,
    {
      ...{ ...signed, answer: OrderTaken },
      path: '/facilities/:facility/orders',
      summary: 'Hand on a signed lockdown order, or one that lifts a lockdown: it stands until another order',
      right: 'orders.give',
    },
    async ({ who, at, params: { facility }, body: { jws } }) => {
      const { topic, order, waits } = await orConflict(desk.relayOrder(facility, jws));
      if (!waits) return { answer: { topic, waits: null }, act: ordered(order) };
      const { scope, state, until, issuer, reason } = order;
      const told = { scope: lockdownName(scope), state, until: momentTextOrNull(until), issuer, reason };
      const wish = { facility, kind: 'lockdown', content: jws, told } as const;
      const expires = await door.db.transaction().execute((trx) => askSecond(trx, wish, who, at));
      return { answer: { topic, waits: momentText(expires) }, act: null };
    },
  );
  approvalRoute(
    app,
    door,
    {
      ...{ kind: 'lockdown', right: 'orders.give', path: '/facilities/:facility/orders' },
      summary: 'Approve or decline, as a second person, an order that releases the lockdown of the facility',
    },
    async (facility, jws) => ordered((await orConflict(desk.relayOrder(facility, jws, true))).order),
  );
  act(
    app,
    door,
    {
      ...signed,
      path: '/facilities/:facility/commands',
      summary: 'Hand on a signed command to one phone, as that which cuts its call off',
      right: 'calls.cut',
    },
    async ({ who, params: { facility }, body: { jws } }) => {
      const { topic, order } = await orConflict(
        desk.relayCommand(facility, jws, ({ command }) => {
          if (command.type !== 'cut-off' && !may(who, 'terminals.change', facility))
            throw new HttpError(403, 'to end a call is for you, other commands are for technicians');
        }),
      );
      const { terminal, command, issuer, sequence } = order;
      const after = { command: command.type, issuer, sequence };
      return { answer: { topic }, act: { what: 'phone.command', subject: { terminal }, after } };
    },
  );
}

/** What the trail says of an order that was handed on. */
function ordered({ scope, state, mode, until, issuer, sequence, reason }: LockdownOrder): Act {
  const after = { state, mode, until, issuer, sequence };
  return { what: 'lockdown.order', subject: { scope: lockdownName(scope) }, after, why: reason };
}
