import { createHash } from 'node:crypto';
import type { CallRecord } from '../../protocol/call.ts';
import { between, type Millis, millis } from '../../protocol/units.ts';
import { type Asker, type Control, RequestError, type Trx } from './context.ts';
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
      .onConflict((c) => c.column('call').doNothing())
      .returning('call')
      .executeTakeFirst();
    if (!stored) return false;
    const session = await lockSession(trx, call);
    if (session && session.terminal === terminal && session.facility === facility) {
      await settle(trx, session, talkOf(record), 'record', now);
      if (ending.reason === 'blocked-by-callee' && session.number === number) await blockFor(trx, record, control);
    }
    return true;
  });
}

/** Nothing is charged that lies outside acceptance and end, whatever the sum says. */
function talkOf({ accepted, ended, talked }: CallRecord): Millis {
  return accepted === null ? millis(0) : millis(Math.min(talked, between(accepted, ended)));
}

/** The called party wants no more calls from here. */
async function blockFor(trx: Trx, { facility, number, call }: CallRecord, { now }: Control): Promise<void> {
  if (number === null) return;
  await trx
    .insertInto('blocks')
    .values({
      ...{ facility, pattern: number, kind: 'called-party', created: now(), created_by: 'called party' },
      note: `asked for during call ${call}`,
    })
    .onConflict((c) => c.columns(['facility', 'pattern', 'kind']).doNothing())
    .execute();
}

/** No more than this of one bad message is kept, and no more than so many messages. */
const KEPT_BYTES = 65_536;
const KEPT_ROWS = 10_000;

/** Keeps a record that cannot be read as it came, for people to look at. The same one is kept once. */
export async function quarantine({ db, now }: Control, topic: string, payload: Buffer, reason: string): Promise<void> {
  const { rows } = await db
    .selectFrom('quarantine')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  if (rows >= KEPT_ROWS) throw new Error(`the quarantine is full at ${KEPT_ROWS} messages: look into it and empty it`);
  await db
    .insertInto('quarantine')
    .values({
      digest: createHash('sha256').update(topic).update(payload).digest(),
      at: now(),
      topic,
      reason: reason.slice(0, 1_000),
      payload: payload.subarray(0, KEPT_BYTES),
    })
    .onConflict((c) => c.column('digest').doNothing())
    .execute();
}
