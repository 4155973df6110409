import type { FastifyInstance } from 'fastify';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { Decision } from '../../../src/protocol/api/approvals.ts';
import {
  Asked,
  HandedOn,
  KeysOfFacility,
  KeysTaken,
  KeyWish,
  OrderTaken,
  Revocation,
  Signed,
  StandingOrders,
} from '../../../src/protocol/api/orders.ts';
import { Done, done } from '../../../src/protocol/api/people.ts';
import { KeyRequest } from '../../../src/protocol/key-set.ts';
import { lockdownName } from '../../../src/protocol/lockdown.ts';
import { verifyCommand, verifyOrder } from '../../../src/protocol/signing.ts';
import type { County } from './county.ts';
import { problem } from './session.ts';

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Orders and keys: what is signed is held against the keys that were accepted here. */
export function orderRoutes(app: FastifyInstance, county: County): void {
  const requests: z.input<typeof KeysOfFacility>['requests'] = [];
  const revoked = new Map<string, string>();
  const { keys, facility } = county;
  const since = () => (keys.length === 0 ? null : new Date().toISOString());
  const known = async () => {
    const entries = keys.map(async ({ key, name, may }) => {
      const thumbprint = await calculateJwkThumbprint(key);
      return { issuer: key.kid, thumbprint, name, may, until: null, revoked: revoked.get(thumbprint) ?? null };
    });
    return KeysOfFacility.parse({
      ...{
        root: 'A'.repeat(43),
        sequence: keys.length === 0 ? 0 : 1,
        since: since(),
        jws: null,
        requests,
        waiting: [],
      },
      keys: await Promise.all(entries),
      revoked: [...revoked].map(([thumbprint, at]) => ({ thumbprint, at })),
    });
  };
  app.get('/api/facilities/county/keys', known);
  app.post('/api/facilities/county/keys/requests', async (request, reply) => {
    const { key, name, wanted } = KeyWish.parse(request.body);
    const thumbprint = await calculateJwkThumbprint(key);
    requests.push({ facility, key, name, may: wanted, by: name, thumbprint, at: new Date().toISOString() });
    return reply.status(201).send(Asked.parse({ thumbprint }));
  });
  app.delete('/api/facilities/county/keys/requests/:thumbprint', ({ params }) => {
    const { thumbprint } = z.object({ thumbprint: z.string() }).parse(params);
    requests.splice(
      requests.findIndex((one) => one.thumbprint === thumbprint),
      1,
    );
    return Asked.parse({ thumbprint });
  });
  // Whatever is brought as a new set stands here for one in which everything is granted that was asked for.
  app.put('/api/facilities/county/keys', async () => {
    for (const { thumbprint: _, at: __, ...asked } of requests.splice(0)) keys.push(KeyRequest.parse(asked));
    return KeysTaken.parse({ ...(await known()), waits: null });
  });
  app.post('/api/facilities/county/keys/:thumbprint/revoke', (request) => {
    const { thumbprint } = z.object({ thumbprint: z.string() }).parse(request.params);
    Revocation.parse(request.body);
    revoked.set(thumbprint, new Date().toISOString());
    return known();
  });
  app.get('/api/facilities/county/orders', () =>
    StandingOrders.parse({
      waiting: [...county.waiting].map(([approval, { own, order }]) => ({
        ...{ approval, own, by: 'J. Alvarez', digest: 'a'.repeat(64) },
        ...{ told: { state: order.state, until: null } },
        at: new Date(order.since).toISOString(),
        expires: new Date(order.since + 900_000).toISOString(),
      })),
      items: [...county.orders.values()].map(({ since, until, ...order }) => ({
        ...{ ...order, by: keys.find(({ key }) => key.kid === order.issuer)?.name ?? null },
        since: new Date(since).toISOString(),
        until: until === null ? null : new Date(until).toISOString(),
      })),
    }),
  );
  app.post('/api/facilities/county/orders', async (request, reply) => {
    try {
      const order = await verifyOrder(Signed.parse(request.body).jws, { keys: keys.map(({ key }) => key) });
      const topic = lockdownName(order.scope);
      const waits = county.twoPeople && order.scope.kind === 'facility' && order.state === 'open';
      if (waits) county.waiting.set(crypto.randomUUID(), { own: true, order });
      else county.order(order);
      const until = waits ? new Date(order.since + 900_000).toISOString() : null;
      return await reply.status(201).send(OrderTaken.parse({ topic, waits: until }));
    } catch (error) {
      return problem(reply, 403, why(error));
    }
  });
  app.post('/api/facilities/county/orders/waiting/:approval', ({ params, body }) => {
    const { approval } = z.object({ approval: z.string() }).parse(params);
    const one = county.waiting.get(approval);
    county.waiting.delete(approval);
    if (one && Decision.parse(body).decision === 'approve') county.order(one.order);
    return Done.parse(done);
  });
  app.post('/api/facilities/county/commands', async (request, reply) => {
    try {
      const { terminal } = await verifyCommand(Signed.parse(request.body).jws, { keys: keys.map(({ key }) => key) });
      county.hangUp(terminal);
      return await reply.status(201).send(HandedOn.parse({ topic: terminal }));
    } catch (error) {
      return problem(reply, 403, why(error));
    }
  });
}
