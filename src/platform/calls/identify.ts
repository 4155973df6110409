import { sql } from 'kysely';
import type { z } from 'zod';
import type { IdentifyRequest } from '../../protocol/messages.ts';
import { openPin, SealingError } from '../../protocol/sealing.ts';
import type { CallId } from '../../protocol/units.ts';
import { callerOf } from '../callers/caller.ts';
import { countTry, countWrong, uncountTry } from '../callers/lockout.ts';
import { hashPin } from '../callers/pin-hash.ts';
import { type Asker, type Control, notYours, RequestError, strange } from '../context.ts';
import { type Answer, answer, keepAnswer } from './answers.ts';

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
  const request = `identify:${message}`;
  const [pin, place] = await Promise.all([
    openPin(sealedPin, control.sealing, { call, terminal: asker.terminal }).catch((error: unknown) => {
      if (error instanceof SealingError) throw new RequestError(error.message);
      throw error;
    }),
    placeOf(control, asker, call, request),
  ]);
  if (place.answer !== null) return place.answer as Answer;

  const hashes = hashPin(pepper, asker.facility, pin, place.pin_id_length);
  const suspects = { asker, pinId: hashes.id };
  const retryAfter = await countTry(control, suspects);
  if (retryAfter !== null) return answer({ type: 'identify', result: 'locked', retryAfter });

  const caller = await callerOf(db, asker.facility, hashes);
  const now = control.now();
  if (!caller) {
    await countWrong(control, asker);
    return keepAnswer(db, call, request, now, answer({ type: 'identify', result: 'wrong' }));
  }

  const body = caller.suspended
    ? answer({ type: 'identify', result: 'refused', reason: 'caller-suspended' })
    : answer({ type: 'identify', result: 'known', caller: caller.id, language: caller.language });
  const { rows } = await sql`
    with ${uncountTry(suspects)},
      kept as (insert into answers (call, request, at, body) values (${call}, ${request}, ${now}, ${body})
        on conflict do nothing)
    insert into identified as i (call, facility, terminal, caller, at)
      values (${call}, ${asker.facility}, ${asker.terminal}, ${caller.id}, ${now})
      on conflict (call) do update set caller = excluded.caller, at = excluded.at
        where i.facility = excluded.facility and i.terminal = excluded.terminal
      returning i.call`.execute(db);
  if (rows.length === 0) throw notYours(asker);
  return body;
}

/** Which digits of a PIN are its id here, and what was answered to this message before. */
async function placeOf({ db }: Control, asker: Asker, call: CallId, request: string) {
  const place = await db
    .selectFrom('terminals')
    .innerJoin('facilities', 'facilities.id', 'terminals.facility')
    .select('facilities.pin_id_length')
    .select((eb) =>
      eb.selectFrom('answers').select('body').where('call', '=', call).where('request', '=', request).as('answer'),
    )
    .where('terminals.facility', '=', asker.facility)
    .where('terminals.id', '=', asker.terminal)
    .executeTakeFirst();
  if (!place) throw strange(asker);
  return place;
}
