import type { Voices } from '../../protocol/voice.ts';
import { outcomeOf } from '../callers/voiceprints/checks.ts';
import { mustHave } from '../callers/voiceprints/judging.ts';
import { printOf, watchablePrint } from '../callers/voiceprints/prints.ts';
import { whoSpeaks } from '../callers/voiceprints/speaks.ts';
import { type CallKey, type Control, RequestError } from '../context.ts';
import { voiceRulesOf } from '../facilities/voice.ts';
import { type Answer, answer } from './answers.ts';
import { nameOf } from './sessions.ts';

/**
 * Whose voice is heard in the course of a granted call: compared with the caller's print where he was known by it in this call, else with
 * how the call began. Nothing of it is kept, so that a repeat is judged anew, to the same answer.
 * @throws RequestError where the call is none in which a voice may be compared: privileged, over, or of one who has no print
 */
export async function watch(control: Control, key: CallKey, { answers, first }: Voices): Promise<Answer> {
  const { db } = control;
  const judging = mustHave(control.judging, key.facility);
  const [session, rules] = await Promise.all([sessionOf(control, key), voiceRulesOf(db, key.facility)]);
  if (!session || !rules?.watch) throw new RequestError('no voice is compared in this call');
  const call = { ...key, caller: session.caller };
  const [outcome, made] = await Promise.all([outcomeOf(db, key, call.caller), watchablePrint(db, call)]);
  if (made === null) {
    judging.open.close(nameOf(key));
    throw new RequestError('the caller has no voiceprint: his voice is not compared');
  }
  const known = outcome === 'accepted' || outcome === 'enrolled';
  if (!known && first.length === 0) throw new RequestError('the windows that the call began with are wanted');
  const enrolled = known
    ? await judging.open.of(nameOf(key), made, () => printOf(db, judging, call, 'voice'))
    : judging.judge.enrolled({ answers: first });
  if (enrolled === null || enrolled === 'unreadable') throw new RequestError('the voiceprint cannot be had');
  const heard = whoSpeaks(judging.judge, enrolled, answers, rules);
  return answer({ type: 'voice', result: 'heard', ...heard, against: known ? 'enrolment' : 'start-of-call' });
}

/** The open session of a call in which voices may be compared. */
const sessionOf = ({ db }: Control, { facility, terminal, call }: CallKey) =>
  db
    .selectFrom('sessions')
    .select('caller')
    .where((eb) => eb.and({ facility, terminal, call, watched: true, privileged: false }))
    .where('settled_by', 'is', null)
    .executeTakeFirst();
