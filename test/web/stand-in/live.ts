import type { FastifyInstance } from 'fastify';
import type { County } from './county.ts';

/** The stream of a facility's phones (Server-Sent Events). */
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
}
