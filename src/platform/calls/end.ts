import type { Instant } from '../../protocol/units.ts';
import type { Endings, Trx } from '../context.ts';
import { type Answer, type Asked, answer, answersTo, keepAnswers } from './answers.ts';
import { chargeOf } from './grant.ts';
import { Sessions } from './sessions.ts';

/** A phone's word that a call is over. */
export type End = Parameters<Endings['end']>[0];

/**
 * Calls are over (RFC 8506 TERMINATION_REQUEST): charged for what was used, the rest released. The record, which is
 * durable, has the last word: after it, or after another end, nothing changes. Gives the answer to each.
 */
export async function endAll(trx: Trx, ends: readonly End[], now: Instant): Promise<Answer[]> {
  const sessions = await Sessions.lock(trx, ends);
  const asked = ends.map((end) => ({ end, key: { ...end, request: `end:${end.request}` } satisfies Asked }));
  const before = await answersTo(
    trx,
    asked.map(({ key }) => key),
  );
  const fresh: (Asked & { body: Answer })[] = [];
  for (const { end, key } of asked) {
    if (before.get(key)) continue;
    const session = sessions.get(end);
    if (session?.settled_by === null) sessions.settle(session, end.used, 'end', now);
    const charge = session ? chargeOf(session, sessions.free(session)) : null;
    const body = answer({ type: 'end', result: 'ended', charge });
    before.set(key, body);
    fresh.push({ ...key, body });
  }
  await sessions.write();
  const kept = await keepAnswers(trx, now, fresh);
  return asked.map(({ key }) => kept.get(key) ?? before.get(key) ?? failed());
}

function failed(): never {
  throw new Error('an end has no answer');
}
