import { Done, done, SecondProof } from '../../../protocol/api/people.ts';
import type { Trx } from '../../context.ts';
import { HttpError } from '../../http/access.ts';
import { entrance } from '../../http/entrance.ts';
import { none } from '../../http/route.ts';
import { actorOf } from '../staff.ts';
import { leaveTrail } from '../trail.ts';
import type { SignInContext } from './context.ts';
import { takePasskey } from './passkeys/prove.ts';
import { siteOf } from './passkeys/site.ts';
import { takeRecoveryCode } from './recovery.ts';
import { endSession, sessionOf, startSession } from './sessions.ts';
import { takeTotp } from './totp.ts';
import { countTry, type Target, uncountTry } from './tries.ts';

const WRONG_CODE = 'this code is wrong, or was taken already';

/** The second proof, of who holds a half session: a code of the app, one of those on paper, or a passkey. */
export function secondRoute({ app, door, key, rules, url }: SignInContext): void {
  const { db, refusals } = door;
  entrance(
    app,
    door,
    {
      ...{ method: 'POST', path: '/session/second', summary: 'Sign in: then the second proof', right: 'anybody' },
      ...{ params: none, body: SecondProof, answer: Done },
    },
    async ({ who: { from }, body, origin, at, cookie }) => {
      const staff = await sessionOf(db, cookie, 'pending', rules, at);
      const who = staff && (await actorOf(db, staff, from));
      if (!staff || !who || cookie === null)
        throw new HttpError(401, 'the password is wanted first, at most five minutes before');
      const target: Target = { kind: 'second', of: staff, from };
      const take = async (trx: Trx): Promise<true | string> => {
        if ('totp' in body) return (await takeTotp(trx, key, staff, body.totp, at)) || WRONG_CODE;
        if ('recovery' in body) return (await takeRecoveryCode(trx, key, staff, body.recovery)) || WRONG_CODE;
        const taken = await takePasskey(trx, siteOf(url, origin), { staff, session: cookie }, body.passkey, who, at);
        return 'staff' in taken || taken.why;
      };
      const came = await db.transaction().execute(async (trx) => {
        await countTry(trx, target, at);
        const taken = await take(trx);
        if (taken !== true) return { why: taken };
        // Of two with the same session one alone begins another.
        if (!(await endSession(trx, cookie))) return { why: WRONG_CODE };
        await uncountTry(trx, target, at);
        const by = 'totp' in body ? 'code' : 'recovery' in body ? 'recovery code' : 'passkey';
        await leaveTrail(trx, null, who, { what: 'session.begin', after: { by: `password and ${by}` } }, at);
        return { id: await startSession(trx, staff, 'full', rules, at) };
      });
      if ('id' in came) return { answer: done, cookie: came.id };
      const { why } = came;
      await refusals(
        { ...who, roles: new Map() },
        null,
        { what: 'session.refuse', subject: { person: staff }, why },
        at,
      );
      throw new HttpError(401, why);
    },
  );
}
