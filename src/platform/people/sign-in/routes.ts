import { sql } from 'kysely';
import { Done, done, Me, SignIn, SignInNext } from '../../../protocol/api/people.ts';
import { RIGHTS, type Role } from '../../../protocol/api/rights.ts';
import { HttpError } from '../../http/access.ts';
import { entrance } from '../../http/entrance.ts';
import { look, none } from '../../http/route.ts';
import { belongsTo, may } from '../actor.ts';
import { leaveTrail } from '../trail.ts';
import { mustTakeOwnProofs, type SignInContext } from './context.ts';
import { byPassword } from './proofs.ts';
import { secondRoute } from './second.ts';
import { endSession, startSession } from './sessions.ts';

/** Coming in by a password and a second proof, going out, and who one is. */
export function signInRoutes(own: SignInContext): void {
  passwordRoute(own);
  secondRoute(own);
  const { app, door } = own;
  look(
    app,
    door,
    {
      ...{ path: '/session', summary: 'Who is signed in, and what he may do where', right: 'known' },
      ...{ params: none, query: none, answer: Me },
    },
    async ({ who }) => {
      const all = await door.db.selectFrom('facilities').select(['id', 'name']).orderBy('name').execute();
      const facilities = all
        .filter(({ id }) => belongsTo(who, id))
        .map(({ id, name }) => {
          const roles: Role[] = who.kind === 'person' ? [...(who.roles.get(id) ?? [])] : [];
          return { facility: id, name, roles, rights: RIGHTS.filter((right) => may(who, right, id)) };
        });
      return { id: who.id, kind: who.kind, name: who.name, operator: who.operator, facilities };
    },
  );
  entrance(
    app,
    door,
    {
      ...{ method: 'DELETE', path: '/session', summary: 'Sign out', right: 'known' },
      ...{ params: none, body: none, answer: Done },
    },
    async ({ who, cookie, at }) => {
      await door.db.transaction().execute(async (trx) => {
        if (await endSession(trx, cookie)) await leaveTrail(trx, null, who, { what: 'session.end' }, at);
      });
      return { answer: done, cookie: null };
    },
  );
}

function passwordRoute(own: SignInContext): void {
  const { app, door, rules } = own;
  const { db, refusals } = door;
  entrance(
    app,
    door,
    {
      ...{ method: 'POST', path: '/session', summary: 'Sign in: first the password', right: 'anybody' },
      ...{ params: none, body: SignIn, answer: SignInNext },
    },
    async ({ who, body, at, cookie }) => {
      mustTakeOwnProofs(own);
      const known = await byPassword(db, { ...body, from: who.from }, at);
      if (!known) {
        const owner = await db.selectFrom('staff').select('id').where('email', '=', body.email).executeTakeFirst();
        // What nobody is called is not kept: it may be a password in the wrong place.
        await refusals(who, null, { what: 'session.refuse', subject: owner ? { person: owner.id } : {} }, at);
        throw new HttpError(401, 'e-mail or password is wrong');
      }
      const id = await db.transaction().execute(async (trx) => {
        await endSession(trx, cookie);
        return startSession(trx, known.id, 'pending', rules, at);
      });
      const ways = await sql<{ totp: boolean; passkey: boolean; recovery: boolean }>`select
        exists (select from totp_secrets where staff = ${known.id}) as totp,
        exists (select from passkeys where staff = ${known.id}) as passkey,
        exists (select from recovery_codes where staff = ${known.id}) as recovery`.execute(db);
      const has = (['totp', 'passkey', 'recovery'] as const).filter((way) => ways.rows[0]?.[way]);
      return { answer: { next: 'second' as const, ways: has }, cookie: id };
    },
  );
}
