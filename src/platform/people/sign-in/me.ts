import {
  Done,
  done,
  PasswordAgain,
  PasswordChange,
  RecoveryCodes,
  TotpConfirm,
  TotpOffer,
} from '../../../protocol/api/people.ts';
import { entrance } from '../../http/entrance.ts';
import { none } from '../../http/route.ts';
import { leaveTrail } from '../trail.ts';
import { beginAnew } from './anew.ts';
import { personOf, type SignInContext } from './context.ts';
import { hashPassword } from './password.ts';
import { keepPassword, mustHavePassword } from './proofs.ts';
import { makeRecoveryCodes } from './recovery.ts';
import { knownOf, mustBeStrong } from './strength.ts';
import { keepTotp, offerTotp, takeOffer } from './totp.ts';

/** One's own proofs. Each change asks for the password again and ends all other sessions: a stolen session does not become an account. */
export function ownProofRoutes({ app, door, key, rules }: SignInContext): void {
  const { db } = door;
  const mine = { right: 'known', method: 'POST', params: none } as const;
  entrance(
    app,
    door,
    { ...mine, path: '/me/password', summary: 'Change the password', body: PasswordChange, answer: Done },
    async ({ who, body: { current, password }, at }) => {
      const staff = personOf(who);
      const person = await mustHavePassword(db, staff, current, who.from, at);
      mustBeStrong(password, await knownOf(db, staff, person));
      const hash = await hashPassword(password);
      const cookie = await db.transaction().execute(async (trx) => {
        await keepPassword(trx, staff, hash, at);
        return beginAnew(trx, rules, who, { what: 'password.change' }, at);
      });
      return { answer: done, cookie };
    },
  );
  entrance(
    app,
    door,
    { ...mine, path: '/me/totp', summary: 'Be offered a secret for an app', body: none, answer: TotpOffer },
    async ({ who, at }) => {
      const staff = personOf(who);
      const { email } = await db.selectFrom('staff').select('email').where('id', '=', staff).executeTakeFirstOrThrow();
      return { answer: await offerTotp(key, staff, email, at) };
    },
  );
  entrance(
    app,
    door,
    { ...mine, path: '/me/totp/confirm', summary: 'Take it by its first code', body: TotpConfirm, answer: Done },
    async ({ who, body: { password, ...given }, at }) => {
      const staff = personOf(who);
      const totp = await takeOffer(key, staff, given, at);
      await mustHavePassword(db, staff, password, who.from, at);
      const cookie = await db.transaction().execute(async (trx) => {
        await keepTotp(trx, key, staff, totp);
        return beginAnew(trx, rules, who, { what: 'totp.change' }, at);
      });
      return { answer: done, cookie };
    },
  );
  entrance(
    app,
    door,
    { ...mine, path: '/me/recovery', summary: 'Make new recovery codes', body: PasswordAgain, answer: RecoveryCodes },
    async ({ who, body: { password }, at }) => {
      const staff = personOf(who);
      await mustHavePassword(db, staff, password, who.from, at);
      const recovery = await db.transaction().execute(async (trx) => {
        await leaveTrail(trx, null, who, { what: 'recovery-codes.make', subject: { person: staff } }, at);
        return makeRecoveryCodes(trx, key, staff);
      });
      return { answer: { recovery } };
    },
  );
}
