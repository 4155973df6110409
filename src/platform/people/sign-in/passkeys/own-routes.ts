import { NewPasskey, PasskeyOffer, Passkeys } from '../../../../protocol/api/passkeys.ts';
import { Done, done, PasskeyRemoval, PasswordAgain } from '../../../../protocol/api/people.ts';
import { momentText, momentTextOrNull } from '../../../../protocol/api/wire.ts';
import { HttpError } from '../../../http/access.ts';
import { entrance } from '../../../http/entrance.ts';
import { look, none } from '../../../http/route.ts';
import type { Actor } from '../../actor.ts';
import { beginAnew } from '../anew.ts';
import { personOf, type SignInContext } from '../context.ts';
import { mustHavePassword } from '../proofs.ts';
import { keepPasskey, offerPasskey } from './add.ts';
import { passkeysOf } from './kept.ts';
import { siteOf } from './site.ts';

/** One's own passkeys. Who adds or removes one gives the password, and all his other sessions end. */
export function ownPasskeyRoutes({ app, door, rules, url }: SignInContext): void {
  const { db } = door;
  const own = { path: '/me/passkeys', right: 'known', params: none } as const;
  look(app, door, { ...own, summary: 'One’s own passkeys', query: none, answer: Passkeys }, async ({ who }) => {
    const has = await passkeysOf(db, personOf(who));
    return {
      items: has.map(({ id, name, made, used }) => ({
        id,
        name,
        made: momentText(made),
        used: momentTextOrNull(used),
      })),
    };
  });
  entrance(
    app,
    door,
    {
      ...own,
      ...{ method: 'POST', path: '/me/passkeys/offer', summary: 'Be asked to make a passkey' },
      ...{ body: PasswordAgain, answer: PasskeyOffer },
    },
    async ({ who, body: { password }, origin, cookie, at }) => {
      const site = siteOf(url, origin);
      const owner = ownerOf(who, cookie);
      const person = await mustHavePassword(db, owner.staff, password, who.from, at);
      return { answer: await offerPasskey(db, site, owner, person, at) };
    },
  );
  entrance(
    app,
    door,
    { ...own, method: 'POST', summary: 'Add the passkey that was made', body: NewPasskey, answer: Done },
    async ({ who, body, origin, cookie, at }) => {
      const owner = ownerOf(who, cookie);
      const site = siteOf(url, origin);
      return db.transaction().execute(async (trx) => {
        await keepPasskey(trx, site, owner, body, at);
        const act = { what: 'passkey.add', after: { name: body.name } };
        return { answer: done, cookie: await beginAnew(trx, rules, who, act, at) };
      });
    },
  );
  entrance(
    app,
    door,
    { ...own, method: 'DELETE', summary: 'Remove a passkey', body: PasskeyRemoval, answer: Done },
    async ({ who, body: { passkey, password }, at }) => {
      const staff = personOf(who);
      await mustHavePassword(db, staff, password, who.from, at);
      return db.transaction().execute(async (trx) => {
        const gone = await trx
          .deleteFrom('passkeys')
          .where('id', '=', passkey)
          .where('staff', '=', staff)
          .returning('name')
          .executeTakeFirst();
        if (!gone) throw new HttpError(404, 'you have no such passkey');
        const act = { what: 'passkey.remove', before: gone };
        return { answer: done, cookie: await beginAnew(trx, rules, who, act, at) };
      });
    },
  );
}

function ownerOf(who: Actor, session: string | null) {
  const staff = personOf(who);
  if (session === null) throw new HttpError(401, 'sign in first');
  return { staff, session };
}
