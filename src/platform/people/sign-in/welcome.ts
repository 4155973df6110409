import { randomUUID } from 'node:crypto';
import { LinkPath, RecoveryCodes, StaffId, Welcome, WelcomeAnswer } from '../../../protocol/api/people.ts';
import { HttpError } from '../../http/access.ts';
import { entrance } from '../../http/entrance.ts';
import { look, none } from '../../http/route.ts';
import { activate, actorOf, addOperator } from '../staff.ts';
import { leaveTrail } from '../trail.ts';
import { mustTakeOwnProofs, type SignInContext } from './context.ts';
import { isNobodyThere, readLink, useLink } from './links.ts';
import { hashPassword } from './password.ts';
import { forgetProofs, keepPassword } from './proofs.ts';
import { makeRecoveryCodes } from './recovery.ts';
import { endSessionsOf, startSession } from './sessions.ts';
import { knownOf, mustBeStrong } from './strength.ts';
import { keepTotp, offerTotp, takeOffer } from './totp.ts';

/** Opening a link: of who is the first, of an invitation, or of a reset. */
export function welcomeRoutes(own: SignInContext): void {
  const { app, door, key, rules } = own;
  const { db } = door;
  look(
    app,
    door,
    {
      ...{ path: '/welcome/:token', summary: 'What a link is for', right: 'anybody' },
      ...{ params: LinkPath, query: none, answer: Welcome },
    },
    async ({ params: { token }, at }) => {
      const { kind, email, name } = await readLink(db, token, at);
      return { kind, email, name, totp: await offerTotp(key, token, email ?? 'first', at) };
    },
  );
  entrance(
    app,
    door,
    {
      ...{ method: 'POST', path: '/welcome/:token', right: 'anybody' },
      summary: 'Open a link: make name, password and second proof, and be signed in',
      ...{ params: LinkPath, body: WelcomeAnswer, answer: RecoveryCodes },
    },
    async ({ who: { from }, params: { token }, body, at }) => {
      const link = await readLink(db, token, at);
      // Who is the first is not known to anybody yet: from then on the sign-on of the site knows him.
      if (link.kind !== 'first') mustTakeOwnProofs(own);
      const email = link.email ?? body.email;
      if (email === undefined) throw new HttpError(400, 'email: an e-mail address is wanted');
      if (link.email !== null && body.email !== undefined && body.email !== link.email)
        throw new HttpError(400, 'email: this link is of another: leave it out');
      mustBeStrong(body.password, await knownOf(db, link.staff, { email, name: body.name }));
      const totp = await takeOffer(key, token, body.totp, at);
      const hash = await hashPassword(body.password);
      return db.transaction().execute(async (trx) => {
        const { kind, staff: invited } = await useLink(trx, token, at);
        const staff = invited ?? StaffId.parse(randomUUID());
        if (invited) await activate(trx, invited, body.name);
        else if (await isNobodyThere(trx)) await addOperator(trx, { id: staff, email, name: body.name, made: at });
        else throw new HttpError(404, 'somebody was the first already: ask him for an invitation');
        await forgetProofs(trx, staff);
        await endSessionsOf(trx, staff);
        await keepPassword(trx, staff, hash, at);
        await keepTotp(trx, key, staff, totp);
        const recovery = await makeRecoveryCodes(trx, key, staff);
        const who = await actorOf(trx, staff, from);
        if (!who) throw new Error('somebody who has just come in is not there');
        await leaveTrail(trx, null, who, { what: 'person.welcome', subject: { person: staff }, after: { kind } }, at);
        return { answer: { recovery }, cookie: await startSession(trx, staff, 'full', rules, at) };
      });
    },
  );
}
