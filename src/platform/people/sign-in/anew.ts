import type { Instant } from '../../../protocol/units.ts';
import type { Trx } from '../../context.ts';
import type { Actor } from '../actor.ts';
import { type Act, leaveTrail } from '../trail.ts';
import { personOf } from './context.ts';
import { endSessionsOf, type SessionRules, startSession } from './sessions.ts';

/** Who has changed his own proofs: all his sessions end, and one begins, whose id is given; the line says what he changed. */
export async function beginAnew(
  trx: Trx,
  rules: SessionRules,
  who: Actor,
  act: Omit<Act, 'subject'>,
  at: Instant,
): Promise<string> {
  const staff = personOf(who);
  await endSessionsOf(trx, staff);
  await leaveTrail(trx, null, who, { ...act, subject: { person: staff } }, at);
  return startSession(trx, staff, 'full', rules, at);
}
