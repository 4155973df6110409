import { type Kysely, type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { VoiceOutcome } from '../../../protocol/call.ts';
import type { CallerId, Instant } from '../../../protocol/units.ts';
import type { CallKey, Trx } from '../../context.ts';
import type { Schema } from '../../database/schema.ts';
import { decrypted, encrypted } from './at-rest.ts';
import type { Judging } from './judging.ts';
import { VoiceRules } from './rules.ts';
import { Enrolling, Naming, Verifying } from './under-way.ts';

/** What is under way in a call, and the rules that stood when it began. */
const UnderWay = z.strictObject({
  rules: VoiceRules,
  /** Of false accepts: as the facility has set it, or as that was fitted to its handsets. */
  rate: z.number(),
  state: z.discriminatedUnion('task', [Verifying, Enrolling, Naming]),
});
type State = z.infer<typeof UnderWay>['state'];

/** What a check begins with. */
export type Asked = Exclude<State, { task: 'name' }>;

/** A check of a caller's voice that is not over. */
export interface Check<S extends State = State> {
  readonly rules: VoiceRules;
  readonly rate: number;
  readonly state: S;
  readonly key: CallKey;
  readonly caller: CallerId;
}

const about = ({ facility, terminal, call }: CallKey, caller: CallerId) =>
  ['under-way', facility, terminal, call, caller] as const;

/**
 * A check begins, in place of any before it in this call: a part of a `with`, so that it is one statement with the identification; nothing
 * is done where the part `kept` before it did nothing.
 */
export function beginning({ key: secret }: Judging, check: Check<Asked>, at: Instant): RawBuilder<unknown> {
  const { key, caller, rules, rate, state } = check;
  const box = encrypted(secret, about(key, caller), { rules, rate, state });
  return sql`
    checked as (insert into voice_checks (facility, terminal, call, caller, task, at, under_way)
      select ${key.facility}::text, ${key.terminal}::text, ${key.call}::uuid, ${caller}::text, ${state.task}::text, ${at}::bigint, ${box}::bytea
        from kept
      on conflict (facility, terminal, call) do update
        set caller = excluded.caller, task = excluded.task, at = excluded.at, under_way = excluded.under_way, outcome = null)`;
}

/** The check of a call, locked until the transaction is over; null where none is under way. @throws AtRestError */
export async function lockCheck(trx: Trx, { key: secret }: Judging, key: CallKey): Promise<Check | null> {
  const row = await trx
    .selectFrom('voice_checks')
    .select(['caller', 'under_way'])
    .where((eb) => eb.and(named(key)))
    .forUpdate()
    .executeTakeFirst();
  if (!row?.under_way) return null;
  const { caller } = row;
  return { key, caller, ...UnderWay.parse(decrypted(secret, about(key, caller), row.under_way)) };
}

/** Keeps how it stands. */
export async function goOn(trx: Trx, { key: secret }: Judging, check: Check, state: State): Promise<void> {
  const { key, caller, rules, rate } = check;
  const box = encrypted(secret, about(key, caller), { rules, rate, state });
  await put(trx, key, { under_way: box });
}

/** It is over: what was heard is forgotten. */
export const finish = (trx: Trx, { key }: Check, outcome: VoiceOutcome): Promise<void> =>
  put(trx, key, { under_way: null, outcome });

async function put(trx: Trx, key: CallKey, values: { under_way: Buffer | null; outcome?: VoiceOutcome }) {
  await trx
    .updateTable('voice_checks')
    .set(values)
    .where((eb) => eb.and(named(key)))
    .execute();
}

/** What came of the check of a caller's voice in a call; null where nothing did. */
export async function outcomeOf(db: Kysely<Schema>, key: CallKey, caller: CallerId): Promise<VoiceOutcome | null> {
  const row = await db
    .selectFrom('voice_checks')
    .select('outcome')
    .where((eb) => eb.and({ ...named(key), caller }))
    .executeTakeFirst();
  return row?.outcome ?? null;
}

/**
 * What came of the checks in some calls: null where one did not end, nothing where there was none, or none is known of any more. Of a caller
 * who was still to say his name there is a try and no more.
 */
export async function outcomesOf<C extends CallKey>(
  db: Kysely<Schema>,
  calls: readonly C[],
): Promise<Map<C, VoiceOutcome | null>> {
  const keys = calls.map((call, n) => ({ n, ...named(call) }));
  const { rows } = await sql<{ n: number; outcome: VoiceOutcome | null }>`
    select k.n, coalesce(c.outcome, (
        select t.outcome from voice_tries t
          where t.facility = c.facility and t.caller = c.caller and t.terminal = c.terminal and t.call = c.call
          order by t.id desc limit 1)) as outcome
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) k(n int, facility text, terminal text, call uuid)
      join voice_checks c using (facility, terminal, call)`.execute(db);
  return new Map(rows.flatMap(({ n, outcome }) => (calls[n] ? [[calls[n], outcome] as const] : [])));
}

/** Forgets what was heard in calls that went no further, begun before `stale`, and of others all that is older than `old`. */
export async function forgetChecks(db: Kysely<Schema>, stale: Instant, old: Instant): Promise<void> {
  await db
    .updateTable('voice_checks')
    .set({ under_way: null })
    .where('at', '<', stale)
    .where('under_way', 'is not', null)
    .execute();
  await db.deleteFrom('voice_checks').where('at', '<', old).execute();
}

const named = ({ facility, terminal, call }: CallKey) => ({ facility, terminal, call });
