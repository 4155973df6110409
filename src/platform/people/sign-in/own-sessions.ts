import { Done, done, OpenSessions } from '../../../protocol/api/people.ts';
import { momentText } from '../../../protocol/api/wire.ts';
import { HttpError } from '../../http/access.ts';
import { entrance } from '../../http/entrance.ts';
import { none } from '../../http/route.ts';
import { leaveTrail } from '../trail.ts';
import { personOf, type SignInContext } from './context.ts';
import { endOtherSessions, openSessionsOf } from './sessions.ts';

/** Where one is signed in, and ending that elsewhere. */
export function ownSessionRoutes({ app, door, rules }: SignInContext): void {
  const { db } = door;
  const own = { path: '/me/sessions', right: 'known', params: none, body: none } as const;
  entrance(
    app,
    door,
    { ...own, method: 'GET', summary: 'Where one is signed in', answer: OpenSessions },
    async ({ who, cookie, at }) => {
      const open = await openSessionsOf(db, personOf(who), cookie, rules, at);
      const items = open.map(({ made, seen, here }) => ({ began: momentText(made), seen: momentText(seen), here }));
      return { answer: { items } };
    },
  );
  entrance(
    app,
    door,
    { ...own, method: 'DELETE', summary: 'End all sessions but this', answer: Done },
    async ({ who, cookie, at }) => {
      const staff = personOf(who);
      if (cookie === null) throw new HttpError(401, 'sign in first');
      await db.transaction().execute(async (trx) => {
        const ended = await endOtherSessions(trx, staff, cookie);
        const act = { what: 'session.end-others', subject: { person: staff }, after: { ended } };
        if (ended > 0) await leaveTrail(trx, null, who, act, at);
      });
      return { answer: done };
    },
  );
}
