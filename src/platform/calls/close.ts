import type { CallKey, Control } from '../context.ts';
import { Sessions } from './sessions.ts';
import type { SettledBy } from './tables.ts';

/** Settles an open session at the talk last reported; one that was heard of since `before` is left alone. */
export async function closeSession(
  { db, now }: Control,
  key: CallKey,
  by: SettledBy,
  before = Number.MAX_SAFE_INTEGER,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const sessions = await Sessions.lock(trx, [key]);
    const session = sessions.get(key);
    if (!session || session.settled_by !== null || session.heard >= before) return false;
    sessions.settle(session, session.used, by, now());
    await sessions.write();
    return true;
  });
}
