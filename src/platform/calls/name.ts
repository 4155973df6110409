import type { CallId } from '../../protocol/units.ts';
import { mustHave } from '../callers/voiceprints/judging.ts';
import { nameOf } from '../callers/voiceprints/names.ts';
import type { Asker, Control } from '../context.ts';
import { RequestError } from '../context.ts';
import { type Answer, answer } from './answers.ts';

/**
 * How the caller of a call that was granted says his name, for its greeting. Not kept as an answer: it would be there in the clear.
 * @throws RequestError where there is no such call, or it is over
 */
export async function name(control: Control, asker: Asker, { call }: { readonly call: CallId }): Promise<Answer> {
  const { db } = control;
  const { facility, terminal } = asker;
  const session = await db
    .selectFrom('sessions')
    .select('caller')
    .where((eb) => eb.and({ facility, terminal, call }))
    .where('settled_by', 'is', null)
    .executeTakeFirst();
  if (!session) throw new RequestError('no such call goes on');
  const said = await nameOf(db, mustHave(control.judging, facility), { facility, caller: session.caller });
  return answer({ type: 'name', result: 'name', sound: said?.reveal() ?? null });
}
