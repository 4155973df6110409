import type { Kysely } from 'kysely';
import type { CallRecord } from '../../protocol/call.ts';
import type { Money } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

/** What the platform keeps of one lift, and what was charged for it. */
export interface LedgerEntry {
  readonly record: CallRecord;
  readonly charged: Money;
}

/** The latest lifts, newest first. */
export async function ledger(db: Kysely<Schema>, limit: number): Promise<LedgerEntry[]> {
  const rows = await lifts(db).orderBy('records.lifted', 'desc').limit(limit).execute();
  return rows.map(({ record, charged }) => ({ record, charged: charged ?? (0 as Money) }));
}

/** Records, each with what was charged for it; null where it was never granted. */
export const lifts = (db: Kysely<Schema>) =>
  db
    .selectFrom('records')
    .leftJoin('sessions', (join) =>
      join
        .onRef('sessions.facility', '=', 'records.facility')
        .onRef('sessions.terminal', '=', 'records.terminal')
        .onRef('sessions.call', '=', 'records.call'),
    )
    .select(['records.record', 'records.differs', 'sessions.charged']);
