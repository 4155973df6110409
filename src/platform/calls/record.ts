import { sql } from 'kysely';
import { verifyRecord } from '../../protocol/attest.ts';
import type { CallRecord } from '../../protocol/call.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import { SignatureError } from '../../protocol/signed.ts';
import { between, type Instant, type Millis, millis } from '../../protocol/units.ts';
import { type Asker, type CallKey, type Control, type Lift, RequestError, StrangeKey, type Trx } from '../context.ts';
import { type AskedFor, blockForCalledParty } from '../numbers/block.ts';
import { isKeyOf, keysInForce } from '../terminals/keys.ts';
import { nameOf, Sessions } from './sessions.ts';

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
  const lift = await believe(asker, signed);
  const { record, key } = lift;
  let outcome = await control.endings.record(lift);
  // The first of its phone, or not its own.
  if (outcome === 'strange' && (await isKeyOf(control, asker, key))) outcome = await control.endings.record(lift);
  if (outcome === 'strange')
    throw new StrangeKey(`the record is signed with ${key}, which is not the key of this phone`);
  return { record, isNew: outcome === 'new' };
}

/** The record that somebody with the key it names has signed as the phone in this place. @throws RequestError */
async function believe(asker: Asker, { call, jws }: SignedRecord): Promise<Lift> {
  const { record, key } = await verifyRecord(jws).catch((error: unknown) => {
    throw error instanceof SignatureError ? new RequestError(`the record: ${error.message}`) : error;
  });
  if (record.terminal !== asker.terminal || record.facility !== asker.facility)
    throw new RequestError(`the record is of terminal ${record.terminal} of facility ${record.facility}`);
  if (record.call !== call) throw new RequestError(`the record is of call ${record.call}`);
  return { record, signed: jws, key: key.kid };
}

/** What came of a lift: stored now, stored before, or signed with a key that is not in force for its phone. */
type Outcome = Awaited<ReturnType<Control['endings']['record']>>;

/** Stores records that their phones have signed, and settles their sessions. */
export async function storeAll(trx: Trx, lifts: readonly Lift[], now: Instant): Promise<Outcome[]> {
  const keys = await keysInForce(
    trx,
    lifts.map(({ record }) => record),
  );
  const isOwn = ({ record, key }: Lift) => keys(record) === key;
  const own = lifts.filter(isOwn);
  if (own.length === 0) return lifts.map(() => 'strange');
  const sessions = await Sessions.lock(
    trx,
    own.map(({ record }) => record),
  );
  const fresh = await insert(trx, own, now);
  const blocks: AskedFor[] = [];
  const outcomes = lifts.map((lift): Outcome => {
    if (!isOwn(lift)) return 'strange';
    const { record } = lift;
    // Two of one call at once: the first is the one that is new.
    if (!fresh.delete(nameOf(record))) return 'known';
    const session = sessions.get(record);
    if (!session) return 'new';
    sessions.settle(session, talkOf(record), 'record', now);
    const { facility, number, call, ending } = record;
    if (ending.reason === 'blocked-by-callee' && number !== null && session.number === number)
      // Whose calls: as the platform's own session has it. A record without a scope is of a terminal that knew but one.
      blocks.push({ facility, number, call, caller: session.caller, scope: ending.blocks ?? 'caller' });
    return 'new';
  });
  await sessions.write();
  for (const block of blocks) await blockForCalledParty(trx, block, now);
  return outcomes;
}

/** Puts in those that are not there yet; gives the names of their calls. */
async function insert(trx: Trx, lifts: readonly Lift[], stored: Instant): Promise<Set<string>> {
  const rows = lifts.map(({ record, signed }) => {
    const { call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, ending, hidden } = record;
    return {
      ...{ call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, hidden },
      ...{ ending: ending.reason, stored, record, signed },
    };
  });
  const { rows: fresh } = await sql<CallKey>`
    insert into records
      select * from jsonb_populate_recordset(null::records, ${JSON.stringify(rows)}::jsonb)
        order by facility, terminal, call
      on conflict (facility, terminal, call) do nothing returning facility, terminal, call`.execute(trx);
  return new Set(fresh.map(nameOf));
}

/** Nothing is charged that lies outside acceptance and end, whatever the sum says. */
function talkOf({ accepted, ended, talked }: CallRecord): Millis {
  return accepted === null ? millis(0) : millis(Math.min(talked, between(accepted, ended)));
}
