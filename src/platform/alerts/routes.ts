import type { FastifyInstance } from 'fastify';
import { Alert, AlertFilter, AlertPath, Alerts as AlertsPiece } from '../../protocol/api/alerts.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { piece } from '../../protocol/api/wire.ts';
import type { Door } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { told } from '../people/actor.ts';
import type { Alerts } from './alerts.ts';
import { acknowledge, alertsOf, cursorOf, inWords } from './kept.ts';

/** Alerts for those who see the phones; those acknowledge them who may also close them. */
export function alertRoutes(app: FastifyInstance, door: Door, alerts: Alerts): void {
  look(
    app,
    door,
    {
      path: '/facilities/:facility/alerts',
      summary: 'What people must look at, or have: the last that happened first',
      right: 'live.read',
      ...{ params: FacilityPath, query: AlertFilter, answer: AlertsPiece },
    },
    async ({ params: { facility }, query }) => {
      const { items, next } = piece(await alertsOf(door.db, facility, query), query.limit, cursorOf);
      return { items: items.map(inWords), next };
    },
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/alerts/:alert/acknowledge' },
      summary: 'Acknowledge an alert: what happens from then on is another',
      right: 'orders.give',
      ...{ params: AlertPath, body: none, answer: Alert },
    },
    async ({ trx, who, params: { facility, alert }, at }) => {
      const done = await acknowledge(trx, facility, alert, told(who), at);
      const { kind, place, times } = done;
      return {
        answer: inWords(done),
        act: { what: 'alert.acknowledge', subject: { alert: String(alert) }, after: { kind, place, times } },
        afterwards: async () => alerts.changed(facility),
      };
    },
  );
}
