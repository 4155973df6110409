import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Alert, AlertFilter, Alerts } from '../../../src/protocol/api/alerts.ts';
import type { County } from './county.ts';

const OfAlert = z.object({ alert: z.coerce.number() });

/** The stream of a facility's phones (Server-Sent Events), and its alerts. */
export function liveRoutes(app: FastifyInstance, county: County): void {
  app.get('/api/facilities/county/live', (request, reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const stop = county.follow(
      (event) => raw.write(`data: ${JSON.stringify(event)}\n\n`),
      () => raw.destroy(),
    );
    request.raw.on('close', stop);
  });
  app.get('/api/facilities/county/alerts', ({ query }) => {
    const { state } = AlertFilter.parse(query);
    const items = county.alerts.filter(({ acknowledged }) => (acknowledged === null) === (state === 'open'));
    return Alerts.parse({ items, next: null });
  });
  app.post('/api/facilities/county/alerts/:alert/acknowledge', ({ params }) => {
    const { alert } = OfAlert.parse(params);
    const done = { acknowledged: new Date().toISOString(), acknowledged_by: 'Ana Morales from 10.0.4.17' };
    county.alert(county.alerts.map((one) => (one.id === alert ? { ...one, ...done } : one)));
    return Alert.parse(county.alerts.find(({ id }) => id === alert));
  });
}
