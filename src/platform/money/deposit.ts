import type { Kysely } from 'kysely';
import type { Instant, Money } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

/** Money paid in. The same `reference` is booked once, whatever the number of times it is told. */
export interface Deposit {
  readonly account: string;
  readonly amount: Money;
  readonly reference: string;
  readonly by: string;
  readonly at: Instant;
}

/** Books a deposit, within the caller's transaction. False where its reference was booked before. */
export async function deposit(trx: Kysely<Schema>, { account, amount, reference, by, at }: Deposit): Promise<boolean> {
  const booked = await trx
    .insertInto('transfers')
    .values({
      ...{ at, kind: 'deposit', reference: `deposit:${reference}`, terminal: null, call: null, amount, made_by: by },
      ...{ from_account: 'deposits', to_account: account },
    })
    .onConflict((c) => c.column('reference').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!booked) return false;
  await trx
    .updateTable('accounts')
    .set((eb) => ({ balance: eb('balance', '+', amount) }))
    .where('id', '=', account)
    .execute();
  return true;
}
