import type { Refusal } from '../../protocol/call.ts';
import { openName, openVoice, type SealContext, SealingError } from '../../protocol/sealing.ts';
import type { Voices } from '../../protocol/voice.ts';
import { CANNOT, type VoiceRequest } from '../../protocol/voice-check.ts';
import { lockCheck } from '../callers/voiceprints/checks.ts';
import { hear, type Over, type ToldOf } from '../callers/voiceprints/hear.ts';
import { mustHave } from '../callers/voiceprints/judging.ts';
import type { Owner } from '../callers/voiceprints/tables.ts';
import { type Asker, type CallKey, type Control, RequestError, type Trx } from '../context.ts';
import { type Answer, answer, answered, keepAnswer } from './answers.ts';
import { watch } from './watch.ts';

/** What is told before the call, while something is asked of a caller's voice. */
type BeforeCall = Exclude<VoiceRequest['told'], { kind: 'windows' }>;

/**
 * What a phone tells of a caller's voice. A repeat gets the first answer.
 * @throws RequestError where it makes no sense: nothing is asked of his voice, or what is sealed does not open
 */
export async function voice(control: Control, asker: Asker, { call, request, told }: VoiceRequest): Promise<Answer> {
  const key: CallKey = { ...asker, call };
  if (told.kind === 'windows') return watch(control, key, await voicesIn(control, key, told.sealed));
  const judging = mustHave(control.judging, asker.facility);
  const heard = await heardIn(control, key, told);
  const asked = `voice:${request}`;
  const { body, came } = await control.db.transaction().execute(async (trx) => {
    // Locked first: of two deliveries at once the second finds the answer to the first.
    const check = await lockCheck(trx, judging, key);
    const before = await answered(trx, key, asked);
    if (before) return { body: before, came: null };
    if (!check) throw new RequestError('nothing is asked of a voice in this call');
    const now = control.now();
    const { reply, over, named } = await hear(trx, judging, check, heard, now);
    const { caller, rules } = check;
    const watched = over?.outcome === 'enrolled' && rules.watch !== undefined;
    if (over) await stand(trx, { ...key, caller }, { voice: over.stands, ...(watched && { watched }) });
    if (named) await stand(trx, { ...key, caller }, { named });
    return { body: await keepAnswer(trx, key, asked, now, answer(reply)), came: over && { ...over, caller } };
  });
  if (came) tell(control, { ...asker, caller: came.caller }, came);
  return body;
}

async function heardIn(control: Control, key: CallKey, told: BeforeCall): Promise<ToldOf> {
  if (told.kind === 'name') return { kind: 'name', name: await opened(openName, control, key, told.sealed) };
  if (told.kind !== 'answer') return told;
  const { answers, first } = await voicesIn(control, key, told.sealed);
  const [features] = answers;
  if (!features || answers.length > 1 || first.length > 0) throw new RequestError('one answer is wanted at a time');
  return { kind: 'answer', features };
}

/** Voices that were sealed for this call. @throws RequestError */
const voicesIn = async (control: Control, key: CallKey, sealed: string): Promise<Voices> =>
  (await opened(openVoice, control, key, sealed)).reveal();

/** What was sealed for this call. @throws RequestError */
function opened<T>(open: Opener<T>, { sealing }: Control, { call, terminal }: CallKey, sealed: string): Promise<T> {
  return open(sealed, sealing, { call, terminal }).catch((error: unknown) => {
    throw error instanceof SealingError ? new RequestError(error.message) : error;
  });
}

type Opener<T> = (sealed: string, key: Control['sealing'], context: SealContext) => Promise<T>;

/** What his voice means for the call that he may make from now on. */
async function stand(
  trx: Trx,
  { facility, terminal, call, caller }: CallKey & Owner,
  means: { voice?: Refusal | null; watched?: boolean; named?: boolean },
) {
  await trx
    .updateTable('identified')
    .set(means)
    .where((eb) => eb.and({ facility, terminal, call, caller }))
    .execute();
}

/** Counts what came of it, and has people look at what they must. */
function tell({ counters, alarm }: Control, where: Asker & Owner, { outcome, stands, why, refused }: Over): void {
  counters.add(`voice-${outcome}`);
  if (why !== null && MENDED.has(why)) alarm('voice-unjudged', { ...where, why }, 'a voice could not be judged');
  if (outcome === 'flagged') alarm('voice-flagged', { ...where }, 'a caller who was not known by his voice calls');
  if (refused > 0 && refused % OFTEN === 0)
    alarm('voice-refused', { ...where, refused }, 'somebody has his PIN and is not known by his voice: it may be he');
  if (stands === 'voice-staff') alarm('voice-staff', { ...where }, 'a caller cannot call before staff have helped him');
}

/** Refused so often in a row within an hour, a caller is to be looked after: he cannot call, or another tries to. */
const OFTEN = 3;

/** What somebody must mend before a voice can be judged: a phone's engine, or a print. */
const MENDED: ReadonlySet<string> = new Set([
  ...CANNOT.filter((why) => why !== 'busy' && why !== 'closed'),
  'other-models',
  'print-unreadable',
  'has-one',
]);
