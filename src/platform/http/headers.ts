import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Two years, in seconds: for so long a browser that was here asks by TLS alone (RFC 6797). */
const BY_TLS_ALONE = 63_072_000;

/**
 * Says with every answer what a page of it may load, and where it may be shown: everything is its own, nothing is written into it, nobody
 * frames it. The microphone is for the name of a facility, which staff say there.
 * @param secure whether people reach the platform by TLS alone
 */
export async function secureHeaders(app: FastifyInstance, secure: boolean): Promise<void> {
  const [own, no] = [["'self'"], ["'none'"]];
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...{ defaultSrc: no, scriptSrc: own, workerSrc: own, styleSrc: own, connectSrc: own },
        imgSrc: ["'self'", 'data:'],
        ...{ baseUri: no, formAction: no, frameAncestors: no },
      },
    },
    strictTransportSecurity: secure && { maxAge: BY_TLS_ALONE, includeSubDomains: false },
    frameguard: { action: 'deny' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', 'microphone=(self), camera=(), geolocation=()');
  });
}
