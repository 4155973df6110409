import { sql } from 'kysely';
import type { z } from 'zod';
import type { IdentifyRequest } from '../../protocol/messages.ts';
import { openPin, SealingError } from '../../protocol/sealing.ts';
import { callerOf } from '../callers/caller.ts';
import { countTry, countWrong, uncountTry } from '../callers/lockout.ts';
import { hashPin } from '../callers/pin-hash.ts';
import { beginning } from '../callers/voiceprints/checks.ts';
import { mustHave } from '../callers/voiceprints/judging.ts';
import { standsUntil } from '../callers/voiceprints/leads.ts';
import { taskOf } from '../callers/voiceprints/task.ts';
import { type Asker, type CallKey, type Control, RequestError, strange } from '../context.ts';
import { type Answer, answer, answered, keepAnswer } from './answers.ts';
import { keptSecret } from './secret.ts';

/**
 * Whose PIN it is. `message` is the id of the message: one delivered twice is one try.
 * @throws RequestError where the PIN cannot be opened, or the terminal is not known.
 */
export async function identify(
  control: Control,
  asker: Asker,
  message: string,
  { call, sealedPin }: z.infer<typeof IdentifyRequest>,
): Promise<Answer> {
  const { db, pepper } = control;
  const key: CallKey = { ...asker, call };
  const request = `identify:${message}`;
  const [{ pin, secret }, place] = await Promise.all([
    openPin(sealedPin, control.sealing, { call, terminal: asker.terminal }).catch((error: unknown) => {
      if (error instanceof SealingError) throw new RequestError(error.message);
      throw error;
    }),
    placeOf(control, key, request),
  ]);
  if (place.answer !== null) return place.answer as Answer;
  // Before a try is counted: it is no fault of the caller's.
  const judging = place.voice && mustHave(control.judging, asker.facility);

  const hashes = hashPin(pepper, asker.facility, pin, place.pin_id_length);
  const suspects = { asker, pinId: hashes.id };
  const retryAfter = await countTry(control, suspects);
  if (retryAfter !== null) return answer({ type: 'identify', result: 'locked', retryAfter });

  const caller = await callerOf(db, asker.facility, hashes);
  const now = control.now();
  if (!caller) {
    await countWrong(control, asker);
    return keepAnswer(db, key, request, now, answer({ type: 'identify', result: 'wrong' }));
  }

  const { facility, terminal } = asker;
  const rules = caller.suspended ? null : place.voice;
  const asked = rules && (await taskOf(db, facility, caller.id, rules));
  const check = rules && asked && { key, caller: caller.id, rules, rate: asked.rate, state: asked.state };
  const body = caller.suspended
    ? answer({ type: 'identify', result: 'refused', reason: 'caller-suspended' })
    : answer({
        ...{ type: 'identify', result: 'known', caller: caller.id, language: caller.language },
        ...(asked && { voice: asked.task }),
      });
  const stands = check && standsUntil(check.state.task, check.rules);
  // His print is his consent to it.
  const watched = check?.state.task === 'verify' && check.rules.watch !== undefined;
  const named = asked?.named === true && rules?.names === true;
  const kept = judging && secret && keptSecret(judging, key, secret);
  const { rows } = await sql<{ kept: number }>`
    with ${uncountTry(suspects)},
      kept as (insert into answers (facility, terminal, call, request, at, body)
          values (${facility}, ${terminal}, ${call}, ${request}, ${now}, ${body})
        on conflict do nothing returning 1)
      ${judging && check ? sql`, ${beginning(judging, check, now)}` : sql``}
    insert into identified (facility, terminal, call, caller, at, voice, watched, named, secret)
      values (${facility}, ${terminal}, ${call}, ${caller.id}, ${now}, ${stands}, ${watched}, ${named}, ${kept})
      on conflict (facility, terminal, call) do update
        set caller = excluded.caller, at = excluded.at, voice = excluded.voice, watched = excluded.watched,
          named = excluded.named, secret = excluded.secret
      returning (select count(*)::int from kept) as kept`.execute(db);
  // Delivered twice at once: other digits were asked for than those drawn here.
  return rows[0]?.kept === 1 ? body : ((await answered(db, key, request)) ?? body);
}

/** Which digits of a PIN are its id here, and what was answered to this message before. */
async function placeOf({ db }: Control, key: CallKey, request: string) {
  const place = await db
    .selectFrom('terminals')
    .innerJoin('facilities', 'facilities.id', 'terminals.facility')
    .select(['facilities.pin_id_length', 'facilities.voice'])
    .select((eb) =>
      eb
        .selectFrom('answers')
        .select('body')
        .where((own) => own.and({ ...key, request }))
        .as('answer'),
    )
    .where('terminals.facility', '=', key.facility)
    .where('terminals.id', '=', key.terminal)
    .executeTakeFirst();
  if (!place) throw strange(key);
  return place;
}
