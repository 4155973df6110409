import { NOTICE_VERSION, noticeText } from '../../../protocol/notice.ts';
import type { Instant, Language } from '../../../protocol/units.ts';
import type { VoiceReply } from '../../../protocol/voice-check.ts';
import { RequestError, type Trx } from '../../context.ts';
import { type Asked, type Check, finish, goOn } from './checks.ts';
import { type EnrolmentOver, enrolling } from './enrol.ts';
import type { Judging } from './judging.ts';
import { type Lead, leadOf } from './leads.ts';
import { ASKS_NAME, keepName, naming } from './names.ts';
import { printOf, storePrint, usePrint } from './prints.ts';
import type { Owner } from './tables.ts';
import { countTry, refusedInARow } from './tries.ts';
import { type Asking, type Heard, OutOfPlace, type Told } from './under-way.ts';
import { type Verified, verifying } from './verify.ts';

/** What a phone tells of a caller: what was heard, or his yes or no to a notice that he was read. */
export type ToldOf =
  | Exclude<Told, { kind: 'consent' }>
  | { readonly kind: 'consent'; readonly agreed: boolean; readonly notice: number; readonly language: Language };

/** A check is over; `why` where it is not as it should be. */
export interface Over extends Lead {
  readonly why: string | null;
  /** How often in a row he was refused within an hour. */
  readonly refused: number;
}

/** What is answered, and what came of the check where it is over with that, or the name that is known from now on. */
interface Came {
  readonly reply: VoiceReply;
  readonly over: Over | null;
  readonly named: boolean;
}

/** Goes on with a check, which is locked. @throws RequestError where what is told makes no sense */
export async function hear(trx: Trx, judging: Judging, check: Check, told: ToldOf, at: Instant): Promise<Came> {
  try {
    const { state } = check;
    if (state.task === 'name') return await hearName(trx, judging, check, naming(state, told), at);
    if (told.kind === 'name') throw new OutOfPlace('no name is asked for');
    if (told.kind === 'consent') await keepConsent(trx, check, told, at);
    const asked = { ...check, state };
    const came = await stepOf(trx, judging, asked, told);
    if (!('say' in came)) return await end(trx, judging, asked, came, at);
    await goOn(trx, judging, check, came.state);
    return { reply: { type: 'voice', result: 'say', say: came.say, again: came.again }, over: null, named: false };
  } catch (error) {
    throw error instanceof OutOfPlace ? new RequestError(error.message) : error;
  }
}

async function hearName(
  trx: Trx,
  judging: Judging,
  check: Check,
  came: ReturnType<typeof naming>,
  at: Instant,
): Promise<Came> {
  if ('state' in came) {
    await goOn(trx, judging, check, came.state);
    return { reply: { type: 'voice', result: 'name', again: came.again }, over: null, named: false };
  }
  if (came.name !== null) await keepName(trx, judging, ownerOf(check), came.name, at);
  await finish(trx, check, 'enrolled');
  return { reply: { type: 'voice', result: 'enrolled' }, over: null, named: came.name !== null };
}

async function stepOf(
  trx: Trx,
  judging: Judging,
  { state, key, caller, rate }: Check<Asked>,
  heard: Heard,
): Promise<Asking<Asked> | Verified | EnrolmentOver> {
  const { judge } = judging;
  if (state.task === 'enrol') return enrolling(state, heard, judge);
  const print = await printOf(trx, judging, ownerOf({ key, caller }), 'voice-and-words');
  if (print === 'unreadable')
    return { result: 'unjudged', answers: state.answers, verdict: null, why: 'print-unreadable' };
  return verifying(state, heard, { judge, enrolled: print, rate });
}

async function end(
  trx: Trx,
  judging: Judging,
  check: Check<Asked>,
  came: Verified | EnrolmentOver,
  at: Instant,
): Promise<Came> {
  const owner = ownerOf(check);
  const { task } = check.state;
  const stored = came.result !== 'enrolled' || (await storePrint(trx, judging, owner, came.template, at));
  if (came.result === 'accepted') await usePrint(trx, owner, at);
  // A print has come meanwhile, by another call under his PIN: whose it is, staff must say.
  const result = stored ? came.result : 'failed';
  const why = stored ? ('why' in came ? came.why : null) : 'has-one';
  const lead = leadOf(task, result, check.rules);
  const asksName = result === 'enrolled' && check.rules.names;
  await (asksName ? goOn(trx, judging, check, ASKS_NAME) : finish(trx, check, lead.outcome));
  await countTry(trx, check, { result, why, outcome: lead.outcome, at, came });
  const refused = result === 'refused' ? await refusedInARow(trx, check, at) : 0;
  const reply: VoiceReply = asksName ? { type: 'voice', result: 'name', again: null } : lead.reply;
  return { reply, over: { ...lead, why, refused }, named: false };
}

async function keepConsent(
  trx: Trx,
  { key, caller, rules }: Check,
  { agreed, notice, language }: Extract<ToldOf, { kind: 'consent' }>,
  at: Instant,
): Promise<void> {
  if (notice !== NOTICE_VERSION) throw new RequestError(`notice ${notice} is not known: ${NOTICE_VERSION} is in force`);
  const text = noticeText(language, { needed: rules.enrol === 'needed' });
  await trx
    .insertInto('voice_consents')
    .values({ ...key, caller, at, agreed, notice, language, text })
    .execute();
}

const ownerOf = ({ key, caller }: Pick<Check, 'key' | 'caller'>): Owner => ({ facility: key.facility, caller });
