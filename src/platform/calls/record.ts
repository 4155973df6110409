import { verifyRecord } from '../../protocol/attest.ts';
import type { CallRecord } from '../../protocol/call.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import { SignatureError } from '../../protocol/signed.ts';
import { between, type Millis, millis } from '../../protocol/units.ts';
import { type Asker, type Control, RequestError, StrangeKey } from '../context.ts';
import { blockForCalledParty } from '../numbers/block.ts';
import { isKeyOf } from '../terminals/keys.ts';
import { lockSession, settle } from './settle.ts';

/** What came of a record. */
export interface Stored {
  readonly record: CallRecord;
  /** False where it was stored before. */
  readonly isNew: boolean;
}

/**
 * Stores the record of a lift, once whatever the number of its deliveries, and settles its session by it; the
 * record has the last word on talk. Resolves when that is committed.
 * @throws RequestError for a record that is not the terminal's own word. @throws StrangeKey
 */
export async function storeRecord(control: Control, asker: Asker, signed: SignedRecord): Promise<Stored> {
  const record = await believe(control, asker, signed);
  return { record, isNew: await store(control, record, signed.jws) };
}

/** The record that the phone in this place has signed. @throws RequestError, StrangeKey */
async function believe(control: Control, asker: Asker, { call, jws }: SignedRecord): Promise<CallRecord> {
  const { record, key } = await verifyRecord(jws).catch((error: unknown) => {
    throw error instanceof SignatureError ? new RequestError(`the record: ${error.message}`) : error;
  });
  if (record.terminal !== asker.terminal || record.facility !== asker.facility)
    throw new RequestError(`the record is of terminal ${record.terminal} of facility ${record.facility}`);
  if (record.call !== call) throw new RequestError(`the record is of call ${record.call}`);
  if (!(await isKeyOf(control, asker, key.kid)))
    throw new StrangeKey(`the record is signed with ${key.kid}, which is not the key of this phone`);
  return record;
}

function store(control: Control, record: CallRecord, signed: string): Promise<boolean> {
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
        signed,
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
