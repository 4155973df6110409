import { NOTICE_VERSION, noticeText } from '../../../protocol/notice.ts';
import type { Instant, Language } from '../../../protocol/units.ts';
import type { VoiceReply } from '../../../protocol/voice-check.ts';
import { RequestError, type Trx } from '../../context.ts';
import { type Check, finish, goOn } from './checks.ts';
import { type EnrolmentOver, enrolling } from './enrol.ts';
import type { Judging } from './judging.ts';
import { type Lead, leadOf } from './leads.ts';
import { type Owner, printOf, storePrint, usePrint } from './prints.ts';
import { countTry } from './tries.ts';
import { type Asking, type Heard, OutOfPlace } from './under-way.ts';
import { type Verified, verifying } from './verify.ts';

/** What a phone tells of a caller: what was heard, or his yes or no to a notice that he was read. */
export type ToldOf =
  | Exclude<Heard, { kind: 'consent' }>
  | { readonly kind: 'consent'; readonly agreed: boolean; readonly notice: number; readonly language: Language };

/** A check is over; `why` where it is not as it should be. */
export interface Over extends Lead {
  readonly why: string | null;
}

/** What is answered, and what came of the check where it is over with that. */
interface Came {
  readonly reply: VoiceReply;
  readonly over: Over | null;
}

/** Goes on with a check, which is locked. @throws RequestError where what is told makes no sense */
export async function hear(trx: Trx, judging: Judging, check: Check, told: ToldOf, at: Instant): Promise<Came> {
  if (told.kind === 'consent') await keepConsent(trx, check, told, at);
  const came = await stepOf(trx, judging, check, told);
  if ('say' in came) {
    await goOn(trx, judging, check, came.state);
    return { reply: { type: 'voice', result: 'say', say: came.say, again: came.again }, over: null };
  }
  return end(trx, judging, check, came, at);
}

async function stepOf(
  trx: Trx,
  judging: Judging,
  { state, key, caller, rules }: Check,
  heard: Heard,
): Promise<Asking<Check['state']> | Verified | EnrolmentOver> {
  const { judge } = judging;
  try {
    if (state.task === 'enrol') return enrolling(state, heard, judge);
    const print = await printOf(trx, judging, ownerOf({ key, caller }));
    if (print === 'unreadable')
      return { result: 'unjudged', answers: state.answers, verdict: null, why: 'print-unreadable' };
    return verifying(state, heard, { judge, enrolled: print, rate: rules.falseAccepts });
  } catch (error) {
    throw error instanceof OutOfPlace ? new RequestError(error.message) : error;
  }
}

async function end(
  trx: Trx,
  judging: Judging,
  check: Check,
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
  await finish(trx, check, lead.outcome);
  await countTry(trx, check, { result, why, outcome: lead.outcome, at, came });
  return { reply: lead.reply, over: { ...lead, why } };
}

async function keepConsent(
  trx: Trx,
  { key, caller, rules }: Check,
  { agreed, notice, language }: Extract<ToldOf, { kind: 'consent' }>,
  at: Instant,
): Promise<void> {
  if (notice !== NOTICE_VERSION) throw new RequestError(`notice ${notice} is not known: ${NOTICE_VERSION} is in force`);
  const text = noticeText(language, { needed: rules.enrol === 'needed', keepsSound: false });
  await trx
    .insertInto('voice_consents')
    .values({ ...key, caller, at, agreed, notice, language, text })
    .execute();
}

const ownerOf = ({ key, caller }: Pick<Check, 'key' | 'caller'>): Owner => ({ facility: key.facility, caller });
