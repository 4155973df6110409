import type { CallRecord } from '../../protocol/call.ts';
import { between, type Millis, millis } from '../../protocol/units.ts';
import { type Asker, type Control, RequestError } from '../context.ts';
import { blockForCalledParty } from '../numbers/block.ts';
import { lockSession, settle } from './settle.ts';

/**
 * Stores the record of a lift, once whatever the number of its deliveries, and settles its session by it; the
 * record has the last word on talk. Resolves when that is committed. False where it was stored before.
 * @throws RequestError for a record that is not the terminal's own.
 */
export function storeRecord(control: Control, asker: Asker, record: CallRecord): Promise<boolean> {
  if (record.terminal !== asker.terminal || record.facility !== asker.facility)
    throw new RequestError(`the record is of terminal ${record.terminal} of facility ${record.facility}`);
  return control.db.transaction().execute(async (trx) => {
    const now = control.now();
    const { call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, ending, hidden } = record;
    const stored = await trx
      .insertInto('records')
      .values({
        ...{ call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, hidden },
        ending: ending.reason,
        stored: now,
        record: JSON.stringify(record),
      })
      .onConflict((c) => c.columns(['facility', 'terminal', 'call']).doNothing())
      .returning('call')
      .executeTakeFirst();
    if (!stored) return false;
    const session = await lockSession(trx, { facility, terminal, call });
    if (session) {
      await settle(trx, session, talkOf(record), 'record', now);
      if (ending.reason === 'blocked-by-callee' && session.number === number)
        // Whose calls: as the platform's own session has it. A record without a scope is of a terminal that knew but one.
        await blockForCalledParty(
          trx,
          { facility, number, call, caller: session.caller, scope: ending.blocks ?? 'caller' },
          now,
        );
    }
    return true;
  });
}

/** Nothing is charged that lies outside acceptance and end, whatever the sum says. */
function talkOf({ accepted, ended, talked }: CallRecord): Millis {
  return accepted === null ? millis(0) : millis(Math.min(talked, between(accepted, ended)));
}
