import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { isLoopback } from '../../src/protocol/clear.ts';
import { packageRoot } from '../../src/protocol/package-root.ts';
import type { World } from '../world/port.ts';
import { addControlRoom } from './control-room.ts';
import { openFeed } from './feed.ts';
import { turnedAway } from './loopback.ts';
import { type Counters, LARGEST_MESSAGE_BYTES, welcomeVisitor } from './visitor.ts';

const PAGES_AT_ONCE = 16;
const GOODBYE_MS = 500;

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The address could not be listened on, or the page is not built. The message names the remedy. */
export class PageError extends Error {
  override readonly name = 'PageError';
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new PageError(
      `port ${port} on ${host} is taken by another program: stop that one, or choose another port (0 takes any free one)`,
    );
  }
  if (code === 'EACCES')
    return new PageError(`port ${port} on ${host} may not be opened by this user: choose one above 1023`);
  return error;
}

/** Looks whether a page can be served there, before anything is started for it, and gives the port: of 0 one that is free. @throws PageError where not */
export async function canServe(host: string, port: number): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(port, host), 'listening');
  } catch (error) {
    throw explain(error, host, port);
  }
  const { port: found } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return found;
}

/**
 * Serves the page that is the phone, and drives `world` from it. Port 0 takes a free port; `url` says which.
 * `dist` is the folder of the built page, where it is not the usual one. Throws `PageError` on an address
 * that is taken or reaches beyond this machine, and where the page is not built. The world is not closed with it.
 */
export async function servePage(
  world: World,
  options: { host: string; port: number; dist?: string },
): Promise<{ url: string; close(): Promise<void> }> {
  const { host, port } = options;
  const dist = options.dist ?? join(packageRoot(), 'dist/sim/page/web');
  if (!isLoopback(host)) {
    throw new PageError(`the page has no password, so it cannot be served on ${host}: use 127.0.0.1`);
  }
  if (!existsSync(join(dist, 'index.html'))) throw new PageError(`no page in ${dist}: build it with npm run build`);

  const counters: Counters = {
    visitors: 0,
    visitorsNow: 0,
    turnedAway: 0,
    badMessages: 0,
    soundDropped: 0,
    tooSlow: 0,
    microphoneDropped: 0,
  };
  const server = fastify({ logger: false, forceCloseConnections: true });
  const feed = openFeed(world);

  // Before the hook: the plugin marks a request as an upgrade in a hook of its own, and closes one that is refused by that mark.
  await server.register(websocket, {
    options: { maxPayload: LARGEST_MESSAGE_BYTES },
    // Errors of an open connection are the visitor's to count; ws closes it by itself.
    errorHandler: () => undefined,
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    const refusal = turnedAway(request.headers.host, request.headers.origin);
    if (!refusal) return;
    counters.turnedAway += 1;
    await reply.code(403).type('text/plain; charset=utf-8').send(`${refusal}\n`);
  });
  await server.register(serveFiles, { root: dist, cacheControl: true, maxAge: 0 });
  server.get('/socket', { websocket: true }, (socket) => {
    if (counters.visitorsNow >= PAGES_AT_ONCE) socket.close(1013, `${PAGES_AT_ONCE} pages are open already: close one`);
    else welcomeVisitor(socket, world, feed, counters);
  });
  server.get('/counters', () => counters);
  if (world.office) addControlRoom(server, world.office);

  try {
    await server.listen({ host, port });
  } catch (error) {
    feed.close();
    await server.close();
    throw explain(error, host, port);
  }
  const bound = (server.server.address() as AddressInfo).port;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}/`,
    async close() {
      feed.close();
      const sockets = server.websocketServer.clients;
      for (const socket of sockets) socket.close(1001, 'the phone was switched off');
      // A page that does not answer the close is not waited for (ws itself would wait 30 s).
      const last = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, GOODBYE_MS);
      await server.close();
      clearTimeout(last);
    },
  };
}
