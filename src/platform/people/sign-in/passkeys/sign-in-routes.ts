import { PasskeyAsk } from '../../../../protocol/api/passkeys.ts';
import { Done, done, PasskeySignIn } from '../../../../protocol/api/people.ts';
import { HttpError } from '../../../http/access.ts';
import { entrance } from '../../../http/entrance.ts';
import { none } from '../../../http/route.ts';
import { actorOf } from '../../staff.ts';
import { leaveTrail } from '../../trail.ts';
import { mustTakeOwnProofs, type SignInContext } from '../context.ts';
import { endSession, sessionOf, startSession } from '../sessions.ts';
import { askForPasskey, takePasskey } from './prove.ts';
import { siteOf } from './site.ts';

/** Signing in by a passkey alone, and what is to be signed where it is the second proof. */
export function passkeySignInRoutes(own: SignInContext): void {
  const { app, door, rules, url } = own;
  const { db, refusals } = door;
  const anybody = { method: 'POST', right: 'anybody', params: none } as const;
  const asked = { ...anybody, body: none, answer: PasskeyAsk };
  entrance(
    app,
    door,
    { ...asked, path: '/session/second/offer', summary: 'Be asked for a passkey as second proof' },
    async ({ cookie, origin, at }) => {
      const staff = await sessionOf(db, cookie, 'pending', rules, at);
      if (staff === null || cookie === null)
        throw new HttpError(401, 'the password is wanted first, at most five minutes before');
      return { answer: await askForPasskey(db, siteOf(url, origin), { staff, session: cookie }, at) };
    },
  );
  entrance(
    app,
    door,
    { ...asked, path: '/session/passkey/offer', summary: 'Be asked for a passkey in the place of password and code' },
    async ({ origin, at }) => {
      mustTakeOwnProofs(own);
      return { answer: await askForPasskey(db, siteOf(url, origin), 'whoever has one', at) };
    },
  );
  entrance(
    app,
    door,
    { ...anybody, path: '/session/passkey', summary: 'Sign in by a passkey alone', body: PasskeySignIn, answer: Done },
    async ({ who, body, origin, cookie, at }) => {
      mustTakeOwnProofs(own);
      const site = siteOf(url, origin);
      const came = await db.transaction().execute(async (trx) => {
        const taken = await takePasskey(trx, site, 'whoever has one', body.passkey, who, at);
        if ('why' in taken) return taken;
        const person = await actorOf(trx, taken.staff, who.from);
        if (!person) throw new Error('somebody whose passkey was taken is not there');
        await endSession(trx, cookie);
        await leaveTrail(trx, null, person, { what: 'session.begin', after: { by: 'passkey' } }, at);
        return startSession(trx, taken.staff, 'full', rules, at);
      });
      if (typeof came === 'string') return { answer: done, cookie: came };
      const subject = came.of === null ? {} : { person: came.of };
      await refusals(who, null, { what: 'session.refuse', subject, why: came.why }, at);
      throw new HttpError(401, came.why);
    },
  );
}
