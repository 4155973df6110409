import { sql } from 'kysely';
import pg from 'pg';
import type { z } from 'zod';
import type { Refusal } from '../../protocol/call.ts';
import { numberDialled } from '../../protocol/dial-plan.ts';
import type { AuthoriseRequest } from '../../protocol/messages.ts';
import type { Millis, Money } from '../../protocol/units.ts';
import { type Asker, type CallKey, type Control, strange } from '../context.ts';
import { holding } from '../money/hold.ts';
import { price } from '../money/price.ts';
import { wish } from '../numbers/wish.ts';
import { type Answer, answer, keepAnswer } from './answers.ts';
import { closeSession } from './close.ts';
import { decide } from './decide.ts';
import { loadFacts } from './facts.ts';
import { grantOf } from './grant.ts';
import type { Session } from './tables.ts';

const UNIQUE_VIOLATION = '23505';

/** Each repeat means that another call was granted meanwhile: more than this many in a row do not happen. */
const ATTEMPTS = 200;

/**
 * May this call be made, and for how long (RFC 8506 INITIAL_REQUEST)? Money for the first quota is held, or nothing is.
 * @throws RequestError where the terminal is not known.
 */
export async function authorise(
  control: Control,
  asker: Asker,
  { call, dialled }: z.infer<typeof AuthoriseRequest>,
): Promise<Answer> {
  const { db, credit } = control;
  const key: CallKey = { ...asker, call };
  const request = `authorise:${dialled}`;
  const number = numberDialled(dialled);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = control.now();
    const facts = await loadFacts(control, key, request, number, now);
    if (!facts) throw strange(asker);
    if (facts.answer !== null) return facts.answer as Answer;
    const decision = decide(facts, asker, number, credit.chunk, now);
    if (decision.say === 'close-first') {
      await closeSession(control, { ...asker, call: decision.call }, 'next-call');
      continue;
    }
    if (decision.say === 'ask-staff' && number !== null) {
      await wish(db, { facility: asker.facility, caller: decision.caller, number }, now);
      return keepAnswer(db, key, request, now, refusal('number-asked-for'));
    }
    if (decision.say !== 'grant' || number === null) {
      const reason = decision.say === 'refuse' ? decision.reason : 'number-invalid';
      return keepAnswer(db, key, request, now, refusal(reason));
    }
    const { terms, quota, money, caller } = decision;
    const held = price(terms.rate, quota.quota);
    const session: Session = {
      ...{ ...key, ...terms, caller, number, quota: quota.quota, held },
      ...{ used: 0 as Millis, opened: now, heard: now, settled_by: null, settled_at: null },
      ...{ talked: 0 as Millis, charged: 0 as Money, forgone: 0 as Money },
    };
    const named = facts.named === true && { named: true as const };
    const grant = { ...grantOf(session, quota, credit.validity, money), ...named };
    const body = answer({ type: 'authorise', result: 'granted', grant });
    if (await reserve(control, session, request, body)) return body;
  }
  throw new Error(`no hold could be placed in ${ATTEMPTS} attempts`);
}

const refusal = (reason: Refusal): Answer => answer({ type: 'authorise', result: 'refused', reason });

/**
 * Holds the money, opens the session and keeps the answer, all in one statement: all of it or nothing. False where
 * the account no longer has the money, the caller has got another call, or this request was answered meanwhile.
 */
async function reserve({ db }: Control, session: Session, request: string, body: Answer): Promise<boolean> {
  const { facility, terminal, call, account, held, opened } = session;
  try {
    const { rows } = await sql`
      with hold as (${holding(account, held)}),
        opened as (insert into sessions
          select s.* from hold, jsonb_populate_record(null::sessions, ${JSON.stringify(session)}::jsonb) s)
      insert into answers (facility, terminal, call, request, at, body)
        select ${facility}::text, ${terminal}::text, ${call}::uuid, ${request}::text, ${opened}::bigint, ${body}::text
        from hold
        returning call`.execute(db);
    return rows.length === 1;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}
