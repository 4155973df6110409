import type { Logger } from 'pino';
import type { FacilityId } from '../../../protocol/units.ts';
import type { Control } from '../../context.ts';
import type { AddRoutes } from '../../http/server.ts';
import { repeat } from '../../repeat.ts';
import type { Issuers } from '../issuers.ts';
import { announcedRoutes } from './announced.ts';
import { boxRoutes } from './box-routes.ts';
import { claimRoutes } from './claim-routes.ts';
import { revokeDue } from './due.ts';
import { placeRoute } from './place-route.ts';
import { renewalRoutes } from './renewal-routes.ts';
import type { Vouching } from './voucher.ts';

/** What could not be taken away is tried again so often, ms. */
const AGAIN = 10_000;

/** How boxes become phones: what it does by itself, and its routes. */
export function openClaiming(
  control: Control,
  given: Pick<Vouching, 'accounts'> & { readonly issuers: ReadonlyMap<FacilityId, Issuers> },
  log: Logger,
): { readonly routes: AddRoutes; close(): Promise<void> } {
  const { db, alarm, now, replies, sealing, counters } = control;
  const revoke = () =>
    revokeDue({ db, alarm, accounts: given.accounts }, log).catch((err: unknown) =>
      log.error({ err }, 'accounts of phones could not be looked through: it is tried again'),
    );
  const stop = repeat(revoke, { first: AGAIN, every: AGAIN });
  let last = Promise.resolve();
  const revokeAtOnce = () => {
    last = last.then(revoke);
  };
  return {
    routes: (app, door) => {
      boxRoutes(app, door, { db, now, replies, sealing, url: door.url, log, ...given });
      renewalRoutes(app, door, { now, replies, counters, log, accounts: given.accounts });
      announcedRoutes(app, door);
      placeRoute(app, door, replies.kid);
      claimRoutes(app, door, (facility) => given.issuers.has(facility), revokeAtOnce);
    },
    close: async () => {
      await stop();
      await last;
    },
  };
}
