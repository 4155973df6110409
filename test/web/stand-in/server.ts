import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { packageRoot } from '../../../src/protocol/package-root.ts';
import { accountRoutes } from './account.ts';
import type { County } from './county.ts';
import { liveRoutes } from './live.ts';
import { orderRoutes } from './orders.ts';
import { roomRoutes } from './rooms.ts';
import { sessionRoutes } from './session.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * Serves the control room and answers it as the platform does, by the same schemas: for pictures, for tests of the page alone and to
 * work on it. `dist` is the folder of the built page; port 0 takes a free one.
 */
export async function serveConsole(
  county: County,
  { port = 0, dist = join(packageRoot(), 'dist/src/web/console') }: { port?: number; dist?: string } = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const app: FastifyInstance = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', POLICY);
  });
  await app.register(serveFiles, { root: dist });
  sessionRoutes(app);
  accountRoutes(app);
  liveRoutes(app, county);
  orderRoutes(app, county);
  roomRoutes(app);
  await app.listen({ host: '127.0.0.1', port });
  return { url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`, close: () => app.close() };
}
