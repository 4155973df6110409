import type { FastifyInstance } from 'fastify';
import { CertificateRenewed, Challenged, RenewalAsked } from '../../../protocol/api/claims.ts';
import type { Door } from '../../http/access.ts';
import { change, look, none } from '../../http/route.ts';
import { challengeOf, type Renewing, renew } from './renewal.ts';

/** How phones renew their certificates: whoever has the key of a phone that is in force is that phone, whatever its certificate says. */
export function renewalRoutes(app: FastifyInstance, door: Door, renewing: Renewing): void {
  look(
    app,
    door,
    {
      ...{ path: '/certificates/challenge', params: none, query: none, answer: Challenged, right: 'anybody' },
      summary: 'What a phone signs to ask for a new certificate, with the time here in it',
    },
    async () => ({ challenge: await challengeOf(renewing) }),
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/certificates', params: none, body: RenewalAsked, answer: CertificateRenewed },
      ...{ right: 'anybody', summary: 'Ask for a new certificate, as a phone that was claimed' },
    },
    async ({ who, trx, body: { renewal } }) => ({
      answer: { renewed: await renew(trx, renewing, who, renewal) },
      act: null,
    }),
  );
}
