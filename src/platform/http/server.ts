import cookies from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { packageVersion } from '../../protocol/package-root.ts';
import type { FacilityId } from '../../protocol/units.ts';
import { admissionRoutes } from '../callers/admission-routes.ts';
import { callerChangeRoutes } from '../callers/change-routes.ts';
import { callerRoutes } from '../callers/routes.ts';
import { voiceprintRoutes } from '../callers/voiceprints/routes.ts';
import { reportRoutes } from '../calls/report-routes.ts';
import { callRoutes } from '../calls/routes.ts';
import type { HttpConfig } from '../config.ts';
import type { Control } from '../context.ts';
import { facilityChangeRoutes } from '../facilities/change-routes.ts';
import { facilityRoutes } from '../facilities/routes.ts';
import { moneyRoutes } from '../money/routes.ts';
import { attorneyRoutes } from '../numbers/attorney-routes.ts';
import { fillingRoutes } from '../numbers/filling-routes.ts';
import { listRoutes } from '../numbers/list-routes.ts';
import { numberRoutes } from '../numbers/routes.ts';
import { wishRoutes } from '../numbers/wish-routes.ts';
import { operatorRoutes } from '../people/operator-routes.ts';
import { peopleRoutes } from '../people/people-routes.ts';
import { openRefusals } from '../people/refusals.ts';
import { ownProofRoutes } from '../people/sign-in/me.ts';
import { ownSessionRoutes } from '../people/sign-in/own-sessions.ts';
import { ownPasskeyRoutes } from '../people/sign-in/passkeys/own-routes.ts';
import { passkeySignInRoutes } from '../people/sign-in/passkeys/sign-in-routes.ts';
import { openProvider } from '../people/sign-in/provider/provider.ts';
import { providerRoutes } from '../people/sign-in/provider/routes.ts';
import { signInRoutes } from '../people/sign-in/routes.ts';
import { sealKeyOf } from '../people/sign-in/sealed.ts';
import { welcomeRoutes } from '../people/sign-in/welcome.ts';
import { tokenRoutes } from '../people/token-routes.ts';
import { trailRoutes } from '../people/trail-routes.ts';
import { repeat } from '../repeat.ts';
import { healthRoutes } from '../terminals/health/routes.ts';
import { terminalRoutes } from '../terminals/routes.ts';
import type { Door } from './access.ts';
import { forgetAnswered, openAnswered } from './answered.ts';
import { sessionCookie } from './cookie.ts';
import { secureHeaders } from './headers.ts';
import { prepareServer } from './listen.ts';
import { documentApi } from './openapi.ts';
import { servePages } from './pages.ts';
import { withOtherMethods } from './problems.ts';
import { limitRates } from './rates.ts';
import { whoAsks } from './who.ts';

/** What `/health` tells beside the database. */
export interface Vitals {
  readonly broker: 'up' | 'down';
  /** Those that this platform serves, of several on one database. */
  readonly facilities: readonly FacilityId[];
  /** Bad messages since start, by kind. */
  readonly counters: Record<string, number>;
}

/** Adds the routes of a room that has more than the database: phones, orders. */
export type AddRoutes = (app: FastifyInstance, door: Door) => void;

/** The API as it listens. */
interface Api {
  readonly address: string;
  /** The origin at which people reach it. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** The rooms that need nothing but the database. */
const ROOMS: readonly AddRoutes[] = [
  ...[
    facilityRoutes,
    facilityChangeRoutes,
    terminalRoutes,
    healthRoutes,
    callerRoutes,
    callerChangeRoutes,
    voiceprintRoutes,
    listRoutes,
    numberRoutes,
    wishRoutes,
    attorneyRoutes,
    fillingRoutes,
  ],
  ...[moneyRoutes, callRoutes, reportRoutes],
  ...[tokenRoutes, peopleRoutes, operatorRoutes, trailRoutes],
];

const SIGN_IN = [
  ...[signInRoutes, passkeySignInRoutes, providerRoutes, welcomeRoutes],
  ...[ownProofRoutes, ownPasskeyRoutes, ownSessionRoutes],
];

/** So often answers are looked for that are kept no longer, ms. */
const FORGET = 3_600_000;

/**
 * Starts the HTTP API for staff and for monitoring; resolves when it listens, with its address and where people reach it.
 * @throws Error naming the port that is taken, or the file that cannot be used.
 */
export async function startApi(
  config: HttpConfig,
  { db, now, pepper }: Pick<Control, 'db' | 'now' | 'pepper'>,
  vitals: () => Vitals,
  log: Logger,
  more: readonly AddRoutes[] = [],
): Promise<Api> {
  const provider = config.oidc ? await openProvider(config.oidc, log) : null;
  const { app, listen } = await prepareServer(config, log);
  let url = config.url ?? '';
  const cookie = sessionCookie(url.startsWith('https:'));
  await app.register(cookies);
  await secureHeaders(app, url.startsWith('https:'));
  await limitRates(app, config.limits, cookie);
  await documentApi(app, packageVersion());
  const who = whoAsks({ db, now, cookie }, config.sessions);
  const door: Door = {
    db,
    now,
    url: () => url,
    cookie,
    who,
    refusals: openRefusals(db),
    answered: openAnswered(pepper),
  };
  const forget = () =>
    forgetAnswered(db, now()).catch((err: unknown) =>
      log.error({ err }, 'answers that are kept no longer could not be taken away: it is tried again'),
    );
  app.addHook('onClose', repeat(forget, { first: FORGET, every: FORGET }));
  withOtherMethods(app, () => healthRoute(app, door, vitals));
  await app.register(
    async (rooms) => {
      // Links, secrets of apps and tokens are among what is answered.
      rooms.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
      withOtherMethods(rooms, () => {
        for (const routes of [...ROOMS, admissionRoutes(pepper), ...more]) routes(rooms, door);
        const signIn = { app: rooms, door, key: sealKeyOf(pepper), rules: config.sessions, url: config.url, provider };
        for (const routes of SIGN_IN) routes(signIn);
      });
    },
    { prefix: '/api' },
  );
  if (!(await servePages(app))) log.warn('the pages for staff are not built: run npm run build');

  const address = await listen();
  url ||= address;
  return { address, url, close: () => app.close() };
}

function healthRoute(app: FastifyInstance, { db }: Door, vitals: () => Vitals): void {
  app.get('/health', async (_request, reply) => {
    const database = await sql`select 1`.execute(db).then(
      () => 'up' as const,
      () => 'down' as const,
    );
    const { broker, facilities, counters } = vitals();
    const status = database === 'up' && broker === 'up' ? 'ok' : 'degraded';
    return reply.status(database === 'up' ? 200 : 503).send({ status, database, broker, facilities, counters });
  });
}
