import type { Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';

/** What an account has beyond its holds; the account is locked until the transaction is over. */
export async function lockFree(trx: Trx, account: string): Promise<Money> {
  const { free } = await trx
    .selectFrom('accounts')
    .select((eb) => eb('balance', '-', eb.ref('held')).$castTo<Money>().as('free'))
    .where('id', '=', account)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return free;
}

/** Name of an account: its facility, and what it is called there. */
export const accountName = {
  prepaid: (facility: string, id: string): string => `${facility}/${id}`,
  debit: (facility: string, caller: string): string => `${facility}/debit:${caller}`,
} as const;
