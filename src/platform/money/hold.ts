import { type RawBuilder, sql } from 'kysely';
import type { Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';

/**
 * Holds money for a call where the account has it free, as a part of one statement: it gives one row, or none where the money is
 * not there. `account` null: nothing is to be held, one row.
 */
export const holding = (account: string | null, amount: Money): RawBuilder<unknown> =>
  account === null
    ? sql`select 1`
    : sql`update accounts set held = held + ${amount}::bigint
          where id = ${account} and balance - held >= ${amount}::bigint returning 1`;

/** Changes what a call holds of an account that is locked in `trx`. */
export async function changeHold(trx: Trx, account: string, by: Money): Promise<void> {
  await trx
    .updateTable('accounts')
    .set((eb) => ({ held: eb('held', '+', by) }))
    .where('id', '=', account)
    .execute();
}
