import { type Instant, type Millis, type Money, millis } from '../../protocol/units.ts';
import type { CallKey, Control, Trx } from '../context.ts';
import { charge } from '../money/charge.ts';
import { price } from '../money/price.ts';
import type { Session, SettledBy } from './tables.ts';

/**
 * Charges for `talk`, as far as it was granted, and releases the hold; the session is locked in `trx`. Where it was
 * settled before, on the word of an end or by silence, the difference is booked: back to the family in full, or charged as
 * far as the account has it free. What it has not is forgone, for nobody goes below zero.
 */
export async function settle(trx: Trx, session: Session, talk: Millis, by: SettledBy, now: Instant): Promise<void> {
  const talked = millis(Math.min(talk, session.quota));
  const due = price(session.rate, talked);
  const owed = due - session.charged;
  const { facility, terminal, call, account, held } = session;
  const key: CallKey = { facility, terminal, call };
  const kind = session.settled_by === null ? 'call' : 'correction';
  const taken = account === null ? 0 : await charge(trx, { key, account, held, owed, kind, by, at: now });
  await trx
    .updateTable('sessions')
    .set({
      settled_by: by,
      settled_at: now,
      held: 0 as Money,
      talked,
      charged: (session.charged + taken) as Money,
      forgone: (owed - taken) as Money,
    })
    .where((eb) => eb.and(key))
    .execute();
}

/** The session of a call, locked until `trx` is over. Always taken before its account: so nobody waits in a circle. */
export const lockSession = (trx: Trx, key: CallKey): Promise<Session | undefined> =>
  trx
    .selectFrom('sessions')
    .selectAll()
    .where((eb) => eb.and(key))
    .forUpdate()
    .executeTakeFirst();

/** Settles an open session at the talk last reported; one that was heard of since `before` is left alone. */
export async function closeSession(
  { db, now }: Control,
  key: CallKey,
  by: SettledBy,
  before = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const session = await lockSession(trx, key);
    if (!session || session.settled_by !== null || session.heard >= before) return false;
    await settle(trx, session, session.used, by, now());
    return true;
  });
}
