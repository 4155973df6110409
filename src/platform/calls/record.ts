import { sql } from 'kysely';
import { verifyRecord } from '../../protocol/attest.ts';
import type { CallRecord } from '../../protocol/call.ts';
import type { SignedRecord } from '../../protocol/messages.ts';
import { SignatureError } from '../../protocol/signed.ts';
import type { CallerId, Instant } from '../../protocol/units.ts';
import { outcomesOf } from '../callers/voiceprints/checks.ts';
import { type Asker, type CallKey, type Control, type Lift, RequestError, StrangeKey, type Trx } from '../context.ts';
import { type AskedFor, blockForCalledParty } from '../numbers/block.ts';
import { isKeyOf, keysInForce } from '../terminals/keys.ts';
import { compare, type Verdict } from './compare.ts';
import { dialledIn } from './dialled.ts';
import { nameOf, Sessions } from './sessions.ts';

/** What came of a record. */
export interface Stored {
  readonly record: CallRecord;
  /** False where it was stored before. */
  readonly isNew: boolean;
}

/**
 * Stores the record of a lift, once whatever the number of its deliveries, held against what the platform knows of its
 * call, and settles its session by it; the record has the last word on talk. Resolves when that is committed.
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
  tell(control, { ...asker, call: record.call }, outcome);
  return { record, isNew: outcome !== 'known' };
}

/** One alarm a record at most; what is in it not everybody may read. */
function tell({ alarm }: Control, key: CallKey, outcome: Outcome): void {
  if (outcome === 'without-session')
    alarm('record-without-session', { ...key }, 'a record tells of a call that was never granted');
  if (outcome === 'differs')
    alarm(
      'record-differs',
      { ...key },
      'a record says otherwise than the platform knows: both are kept, see GET /records',
    );
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

type Outcome = Awaited<ReturnType<Control['endings']['record']>>;

/** What records are held against beside their sessions. */
export type Standard = Pick<Control, 'hotlines' | 'credit' | 'judging'>;

/** Stores records that their phones have signed, as they are believed, and settles their sessions. */
export async function storeAll(
  trx: Trx,
  lifts: readonly Lift[],
  now: Instant,
  { hotlines, credit, judging }: Standard,
): Promise<Outcome[]> {
  const keys = await keysInForce(
    trx,
    lifts.map(({ record }) => record),
  );
  const isOwn = ({ record, key }: Lift) => keys(record) === key;
  const records = lifts.filter(isOwn).map(({ record }) => record);
  if (records.length === 0) return lifts.map(() => 'strange');
  const sessions = await Sessions.lock(trx, records);
  const identified = await identifiedIn(
    trx,
    records.filter((record) => !sessions.get(record)),
  );
  const checked = judging ? await outcomesOf(trx, records) : new Map<CallRecord, never>();
  const judged = lifts.map((lift): Judged | null => {
    const { record } = lift;
    if (!isOwn(lift)) return null;
    const said = { identified: identified.get(nameOf(record)), checked: checked.get(record) };
    const rules = { hotlines: hotlines(record.facility), setup: credit.setup, now };
    return { lift, verdict: compare(record, { session: sessions.get(record), ...said, ...rules }) };
  });
  const own = judged.filter((one) => one !== null);
  const believed = own.map(({ verdict }) => verdict.believed);
  const fresh = await insert(trx, own, await dialledIn(trx, believed, hotlines), now);
  const blocks: AskedFor[] = [];
  const outcomes = judged.map((one): Outcome => {
    if (one === null) return 'strange';
    const { record } = one.lift;
    // Two of one call at once: the first is the one that is new.
    if (!fresh.delete(nameOf(record))) return 'known';
    const session = sessions.get(record);
    if (session) sessions.settle(session, one.verdict.believed.talked, 'record', now);
    const { facility, number, call, ending } = record;
    if (ending.reason === 'blocked-by-callee' && number !== null && session?.number === number)
      // Whose calls: as the platform's own session has it. A record without a scope is of a terminal that knew but one.
      blocks.push({ facility, number, call, caller: session.caller, scope: ending.blocks ?? 'caller' });
    if (one.verdict.sessionless) return 'without-session';
    return one.verdict.differs.length > 0 ? 'differs' : 'agrees';
  });
  await sessions.write();
  for (const block of blocks) await blockForCalledParty(trx, block, now);
  return outcomes;
}

interface Judged {
  readonly lift: Lift;
  readonly verdict: Verdict;
}

/** Who was identified in some lifts, by the names of their calls. */
async function identifiedIn(trx: Trx, records: readonly CallRecord[]): Promise<ReadonlyMap<string, CallerId>> {
  if (records.length === 0) return new Map();
  const keys = records.map(({ facility, terminal, call }) => ({ facility, terminal, call }));
  const { rows } = await sql<CallKey & { caller: CallerId }>`
    select i.facility, i.terminal, i.call, i.caller
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) k(facility text, terminal text, call uuid)
      join identified i using (facility, terminal, call)`.execute(trx);
  return new Map(rows.map((row) => [nameOf(row), row.caller]));
}

/** Puts in those that are not there yet; gives the names of their calls. */
async function insert(
  trx: Trx,
  judged: readonly Judged[],
  dialled: ReadonlyMap<string, string>,
  stored: Instant,
): Promise<Set<string>> {
  const rows = judged.map(({ lift: { signed }, verdict: { believed, differs } }) => {
    const { call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, ending, hidden } = believed;
    return {
      ...{ call, facility, terminal, unit, kind, caller, number, lifted, ended, talked, hidden },
      ...{ ending: ending.reason, stored, record: believed, signed, differs: differs.length > 0 ? differs : null },
      dialled: dialled.get(nameOf(believed)) ?? null,
    };
  });
  const { rows: fresh } = await sql<CallKey>`
    insert into records
      select * from jsonb_populate_recordset(null::records, ${JSON.stringify(rows)}::jsonb)
        order by facility, terminal, call
      on conflict (facility, terminal, call) do nothing returning facility, terminal, call`.execute(trx);
  return new Set(fresh.map(nameOf));
}
