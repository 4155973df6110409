import type { FastifyInstance } from 'fastify';
import { PlatformPlace } from '../../../protocol/api/claims.ts';
import type { Door } from '../../http/access.ts';
import { look, none } from '../../http/route.ts';

/** Tells staff what stands on the card of a phone that is new. `fingerprint` is of the key of replies. */
export function placeRoute(app: FastifyInstance, door: Door, fingerprint: string): void {
  look(
    app,
    door,
    {
      ...{ path: '/platform', params: none, query: none, answer: PlatformPlace, right: 'known' },
      summary: 'Where phones that are new find this platform, and the fingerprint by which they know it',
    },
    async () => ({ url: door.url(), fingerprint }),
  );
}
