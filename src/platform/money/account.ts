import { type Kysely, sql } from 'kysely';
import type { CallerId, FacilityId, Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import type { Schema } from '../database/schema.ts';

/**
 * What each of some accounts has beyond its holds; they are locked until the transaction is over, always in the order of their names: so
 * nobody waits in a circle.
 */
export async function lockFree(trx: Trx, accounts: readonly string[]): Promise<Map<string, Money>> {
  if (accounts.length === 0) return new Map();
  const { rows } = await sql<{ id: string; free: Money }>`
    select id, balance - held as free from accounts where id = any(${accounts}::text[]) order by id for update`.execute(
    trx,
  );
  return new Map(rows.map(({ id, free }) => [id, free]));
}

/** Name of an account: its facility, and what it is called there. */
export const accountName = {
  prepaid: (facility: string, id: string): string => `${facility}/${id}`,
  debit: (facility: string, caller: string): string => `${facility}/debit:${caller}`,
} as const;

/** What a caller's own account has, calls under way included; nothing where he has none. */
export async function debitBalance(db: Kysely<Schema>, facility: FacilityId, caller: CallerId): Promise<Money> {
  const row = await db
    .selectFrom('accounts')
    .select('balance')
    .where('kind', '=', 'debit')
    .where('facility', '=', facility)
    .where('caller', '=', caller)
    .executeTakeFirst();
  return row?.balance ?? (0 as Money);
}

/** What the own account of each of some callers has. */
export async function debitBalances(
  db: Kysely<Schema>,
  facility: FacilityId,
  callers: readonly CallerId[],
): Promise<Map<CallerId, Money>> {
  const balances = new Map<CallerId, Money>();
  for (const some of batches(callers)) {
    const rows = await db
      .selectFrom('accounts')
      .select(['caller', 'balance'])
      .where('kind', '=', 'debit')
      .where('facility', '=', facility)
      .where('caller', 'in', some)
      .execute();
    for (const { caller, balance } of rows) if (caller !== null && balance !== null) balances.set(caller, balance);
  }
  return balances;
}
