import { sealToldName } from '../../protocol/sealing.ts';
import type { CallId } from '../../protocol/units.ts';
import { mustHave } from '../callers/voiceprints/judging.ts';
import { nameOf } from '../callers/voiceprints/names.ts';
import type { Asker, CallKey, Control } from '../context.ts';
import { RequestError } from '../context.ts';
import { type Answer, answer } from './answers.ts';
import { secretOf } from './secret.ts';

/**
 * How the caller of a call that was granted says his name, for its greeting: sealed under the secret that came with his PIN, as whoever
 * holds the broker can ask for it too. Null without one. Not kept as an answer.
 * @throws RequestError where there is no such call, or it is over
 */
export async function name(control: Control, asker: Asker, { call }: { readonly call: CallId }): Promise<Answer> {
  const { db } = control;
  const { facility, terminal } = asker;
  const key: CallKey = { facility, terminal, call };
  const session = await db
    .selectFrom('sessions as s')
    // By the PIN of another, keyed into this call since, there is no secret to this caller's name.
    .leftJoin('identified as i', (join) =>
      join
        .onRef('i.facility', '=', 's.facility')
        .onRef('i.terminal', '=', 's.terminal')
        .onRef('i.call', '=', 's.call')
        .onRef('i.caller', '=', 's.caller'),
    )
    .select(['s.caller', 'i.secret'])
    .where((eb) => eb.and({ 's.facility': facility, 's.terminal': terminal, 's.call': call }))
    .where('s.settled_by', 'is', null)
    .executeTakeFirst();
  if (!session) throw new RequestError('no such call goes on');
  const judging = mustHave(control.judging, facility);
  const secret = session.secret && secretOf(judging, key, session.secret);
  const said = secret && (await nameOf(db, judging, { facility, caller: session.caller }));
  const sound = secret && said && (await sealToldName(said, secret, { call, terminal }));
  return answer({ type: 'name', result: 'name', sound });
}
