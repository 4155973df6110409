import { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { HttpConfig } from '../config.ts';
import { keepCertificate, readCertificate } from './certificate.ts';
import { openServer } from './problems.ts';
import { proxiesOf } from './proxy.ts';
import { openSockets } from './sockets.ts';

/** A server that does not listen yet. */
interface Silent {
  readonly app: FastifyInstance;
  /** Gives the address. @throws Error naming the port where it is taken; the server is closed then */
  listen(): Promise<string>;
}

/** Makes the server that the configuration names: its certificate, its proxies, its bounds. @throws Error naming a file that cannot be used */
export async function prepareServer(config: HttpConfig, log: Logger): Promise<Silent> {
  const { tls, limits, proxy, host, port } = config;
  const certificate = tls ? await readCertificate(tls) : null;
  const isProxy = proxiesOf(proxy);
  const secure: Server[] = [];
  const app = openServer(log, isProxy, (handler) => {
    const server = openSockets(handler, limits, certificate, isProxy, log);
    if (server instanceof Server) secure.push(server);
    return server;
  });
  if (tls && certificate) {
    const stop = keepCertificate(secure, tls, certificate, log);
    app.addHook('onClose', stop);
  }
  const listen = async () => {
    try {
      const address = await app.listen({ host, port });
      return certificate ? address.replace(/^http:/, 'https:') : address;
    } catch (cause) {
      await app.close();
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new Error(`http.port: ${host}:${port} is taken by another program: stop it, or set another port`, {
        cause,
      });
    }
  };
  return { app, listen };
}
