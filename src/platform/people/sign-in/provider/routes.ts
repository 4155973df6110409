import { Done, done, ProviderAnswer, ProviderOffer, SignInWays } from '../../../../protocol/api/people.ts';
import { after, millis } from '../../../../protocol/units.ts';
import { HttpError } from '../../../http/access.ts';
import { entrance } from '../../../http/entrance.ts';
import { look, none } from '../../../http/route.ts';
import { actorOf } from '../../staff.ts';
import { leaveTrail } from '../../trail.ts';
import type { SignInContext } from '../context.ts';
import { sealed, unsealed } from '../sealed.ts';
import { endSession, startSession } from '../sessions.ts';
import { whoIs } from './bind.ts';
import { Errand } from './provider.ts';

/** How long somebody may be at the provider. */
const ERRAND = millis(10 * 60_000);
const USE = 'provider-errand';

/** Signing in by the site's own sign-on. The page keeps the ticket while its tab is there, and brings it back with what the provider sent. */
export function providerRoutes({ app, door, key, rules, provider }: SignInContext): void {
  const { db, refusals } = door;
  const anybody = { right: 'anybody', params: none } as const;
  look(
    app,
    door,
    { ...anybody, path: '/session/ways', summary: 'In which ways one signs in here', query: none, answer: SignInWays },
    async () => ({ own: !provider?.only, provider: provider?.name ?? null }),
  );
  const known = () => {
    if (!provider) throw new HttpError(404, 'this site has no sign-on of its own (http.oidc)');
    return provider;
  };
  entrance(
    app,
    door,
    {
      ...{ ...anybody, method: 'POST', path: '/session/provider/offer', body: none, answer: ProviderOffer },
      summary: 'Be sent to the sign-on of the site',
    },
    async ({ at }) => {
      const { url, errand } = await known().send(door.url());
      return { answer: { url, ticket: await sealed({ key, use: USE, of: '' }, errand, after(at, ERRAND)) } };
    },
  );
  entrance(
    app,
    door,
    {
      ...{ ...anybody, method: 'POST', path: '/session/provider', body: ProviderAnswer, answer: Done },
      summary: 'Sign in by what the sign-on of the site has sent back',
    },
    async ({ who, body: { ticket, query }, cookie, at }) => {
      const asked = known();
      const errand = await unsealed({ key, use: USE, of: '' }, ticket, Errand, at);
      if (!errand) throw new HttpError(401, 'it took longer than ten minutes, or began elsewhere: begin anew');
      const said = await asked.receive(door.url(), query, errand);
      const came = await db.transaction().execute(async (trx) => {
        const found = await whoIs(trx, said, who.from, at);
        if ('why' in found) return found;
        const person = await actorOf(trx, found.staff, who.from);
        if (!person) throw new Error('somebody whom the provider knows is not there');
        await endSession(trx, cookie);
        await leaveTrail(trx, null, person, { what: 'session.begin', after: { by: asked.name } }, at);
        return startSession(trx, found.staff, 'full', rules, at);
      });
      if (typeof came === 'string') return { answer: done, cookie: came };
      const subject = came.of === null ? {} : { person: came.of };
      await refusals(who, null, { what: 'session.refuse', subject, why: came.why }, at);
      throw new HttpError(403, came.why);
    },
  );
}
