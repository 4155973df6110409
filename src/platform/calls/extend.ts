import type { z } from 'zod';
import type { Refusal } from '../../protocol/call.ts';
import type { ExtendRequest } from '../../protocol/messages.ts';
import { between, type Millis, type Money, millis } from '../../protocol/units.ts';
import { isSuspended } from '../callers/caller.ts';
import { watchablePrint } from '../callers/voiceprints/prints.ts';
import type { CreditConfig } from '../config.ts';
import type { Asker, CallKey, Control } from '../context.ts';
import { changeHold } from '../money/hold.ts';
import { price } from '../money/price.ts';
import { type Answer, answer, answered, keepAnswer } from './answers.ts';
import { grantOf, quotaFor } from './grant.ts';
import { Sessions } from './sessions.ts';
import type { Session } from './tables.ts';

/**
 * More talk (RFC 8506 UPDATE_REQUEST): another chunk, or what limit and money still allow; never less than was granted.
 * Where more than a chunk is unused, only the validity is renewed. A repeat gets the first answer.
 */
export function extend(
  control: Control,
  asker: Asker,
  { call, request, used }: z.infer<typeof ExtendRequest>,
): Promise<Answer> {
  const { credit } = control;
  const key: CallKey = { ...asker, call };
  const asked = `extend:${request}`;
  return control.db.transaction().execute(async (trx) => {
    const now = control.now();
    const keep = (body: Answer) => keepAnswer(trx, key, asked, now, body);
    const refuse = (reason: Refusal) => keep(answer({ type: 'extend', result: 'refused', reason }));

    const sessions = await Sessions.lock(trx, [key]);
    const session = sessions.get(key);
    const before = await answered(trx, key, asked);
    if (before) return before;
    // No such session, or it was closed: no quota, and never "unlimited".
    if (!session || session.settled_by !== null) return refuse('not-identified');

    const reported = millis(Math.max(session.used, Math.min(used, session.quota)));
    if (await isSuspended(trx, session.facility, session.caller)) {
      await trx
        .updateTable('sessions')
        .set({ used: reported, heard: now })
        .where((eb) => eb.and(key))
        .execute();
      return refuse('caller-suspended');
    }

    if (isOverdue(session, reported, between(session.opened, now), credit)) {
      sessions.settle(session, reported, 'sweep', now);
      await sessions.write();
      return refuse('not-identified');
    }

    const money = (sessions.free(session) + session.held) as Money;
    const wanted = millis(session.quota + (session.quota - reported > credit.chunk ? 0 : credit.chunk));
    const limit = { ms: session.limit_ms, bound: session.limit_bound };
    const most = quotaFor(wanted, limit, session.rate, money);
    // What is granted stays granted, whatever limit or money have become meanwhile.
    const least = (talk: Millis) => millis(Math.max(talk, session.quota));
    const quota = { quota: least(most.quota), final: most.final, expected: least(most.expected) };
    const held = price(session.rate, quota.quota);
    if (session.account !== null && held !== session.held)
      await changeHold(trx, session.account, (held - session.held) as Money);
    // Who has withdrawn his print is not listened to any more.
    const watched = session.watched === true && (await watchablePrint(trx, session)) !== null;
    await trx
      .updateTable('sessions')
      .set({ quota: quota.quota, held, used: reported, heard: now, watched })
      .where((eb) => eb.and(key))
      .execute();
    return keep(
      answer({
        type: 'extend',
        result: 'granted',
        grant: grantOf({ ...session, watched }, quota, credit.validity, money),
      }),
    );
  });
}

/** Never accepted, or long over: whatever its terminal says, no call is open so long, nor may its money be held. */
const isOverdue = (session: Session, used: Millis, open: Millis, { setup }: CreditConfig): boolean =>
  open > setup && (used === 0 || open - setup > session.limit_ms);
