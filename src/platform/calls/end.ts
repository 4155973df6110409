import type { z } from 'zod';
import type { EndRequest } from '../../protocol/messages.ts';
import type { Money } from '../../protocol/units.ts';
import type { Asker, CallKey, Control } from '../context.ts';
import { lockFree } from '../money/account.ts';
import { type Answer, answer, answered, keepAnswer } from './answers.ts';
import { chargeOf } from './grant.ts';
import { lockSession, settle } from './settle.ts';

/**
 * The call is over (RFC 8506 TERMINATION_REQUEST): charged for what was used, the rest released. The record, which
 * is durable, has the last word: after it, or after another end, nothing changes.
 */
export function end(
  control: Control,
  asker: Asker,
  { call, request, used }: z.infer<typeof EndRequest>,
): Promise<Answer> {
  const key: CallKey = { ...asker, call };
  const asked = `end:${request}`;
  return control.db.transaction().execute(async (trx) => {
    const now = control.now();
    const session = await lockSession(trx, key);
    const before = await answered(trx, key, asked);
    if (before) return before;
    if (!session) return keepAnswer(trx, key, asked, now, answer({ type: 'end', result: 'ended', charge: null }));
    if (session.settled_by === null) await settle(trx, session, used, 'end', now);
    const charge = chargeOf(session, session.account === null ? (0 as Money) : await lockFree(trx, session.account));
    return keepAnswer(trx, key, asked, now, answer({ type: 'end', result: 'ended', charge }));
  });
}
