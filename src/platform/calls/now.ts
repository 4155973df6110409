import { type Kysely, sql } from 'kysely';
import type { CallerId, CallId, Money, PhoneNumber } from '../../protocol/units.ts';
import type { CallKey } from '../context.ts';
import type { Schema } from '../database/schema.ts';

/** What is known of a call that is under way: of one who has keyed his PIN, and of one that was granted. */
export interface CallNow extends CallKey {
  readonly caller: CallerId;
  readonly name: string;
  readonly number: PhoneNumber | null;
  readonly pays: 'free' | 'prepaid' | 'debit' | null;
  readonly rate: Money | null;
  readonly privileged: boolean | null;
  readonly recorded: boolean | null;
}

/** What is known of these calls, by their ids; of those whose caller is not known yet nothing. */
export async function callsNow(db: Kysely<Schema>, keys: readonly CallKey[]): Promise<ReadonlyMap<CallId, CallNow>> {
  if (keys.length === 0) return new Map();
  const wanted = keys.map(({ facility, terminal, call }) => ({ facility, terminal, call }));
  const { rows } = await sql<CallNow>`
    select k.facility, k.terminal, k.call, c.id as caller, c.name, s.number, s.pays, s.rate, s.privileged, s.recorded
      from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) k(facility text, terminal text, call uuid)
      left join identified i on (i.facility, i.terminal, i.call) = (k.facility, k.terminal, k.call)
      left join sessions s on (s.facility, s.terminal, s.call) = (k.facility, k.terminal, k.call)
      join callers c on c.facility = k.facility and c.id = coalesce(s.caller, i.caller)`.execute(db);
  return new Map(rows.map((row) => [row.call, row]));
}
