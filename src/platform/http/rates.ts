import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HttpConfig } from '../config.ts';
import { digest } from '../people/sign-in/mint.ts';
import { HttpError } from './access.ts';
import type { SessionCookie } from './cookie.ts';

const MINUTE = 60_000;

/** Answers 429 to who asks too often: of one address, and of one session or token. It is counted here; each platform counts for itself. */
export async function limitRates(
  app: FastifyInstance,
  { address, session }: HttpConfig['limits'],
  cookie: SessionCookie,
): Promise<void> {
  await app.register(rateLimit, { global: false, timeWindow: MINUTE });
  const whose = (request: FastifyRequest) => request.headers.authorization ?? cookie.of(request);
  const ofAddress = app.createRateLimit({ max: address });
  const ofSession = app.createRateLimit({
    max: session,
    keyGenerator: (request) => digest(whose(request) ?? '').toString('base64'),
    allowList: (request) => whose(request) === null,
  });
  app.addHook('onRequest', async (request, reply) => {
    for (const [limit, what] of [
      [ofAddress, 'this address'],
      [ofSession, 'this session or token'],
    ] as const) {
      const counted = await limit(request);
      if (counted.isAllowed || !counted.isExceeded) continue;
      reply.header('retry-after', counted.ttlInSeconds);
      throw new HttpError(
        429,
        `${what} has asked ${counted.max} times within a minute: ask again in ${counted.ttlInSeconds} s`,
      );
    }
  });
}
