import type { Instant, Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { startOfDay } from '../facilities/hours.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import { accountName } from './account.ts';
import { deposit } from './deposit.ts';

/** What a minute costs, from which day on. */
export async function importRates(trx: Trx, { facility: { id: facility, timeZone }, ...site }: Site): Promise<void> {
  await trx.deleteFrom('rates').where('facility', '=', facility).execute();
  const rates = site.rates.map(({ prefix, from, perMinute, facilityAdds }) => ({
    ...{ facility, prefix, starts: startOfDay(from, timeZone), per_minute: perMinute, facility_adds: facilityAdds },
  }));
  for (const some of batches(rates)) await trx.insertInto('rates').values(some).execute();
}

/** Accounts, whose opening balances are paid in once; those not named any more keep their money. */
export async function importAccounts(trx: Trx, { facility: { id: facility }, callers, accounts }: Site, now: Instant) {
  const prepaid = accounts.map(({ id, name, opening }) => ({
    row: { id: accountName.prepaid(facility, id), facility, kind: 'prepaid' as const, name, caller: null },
    opening,
  }));
  const debit = callers.flatMap(({ id, name, debit }) => {
    const row = { id: accountName.debit(facility, id), facility, kind: 'debit' as const, name, caller: id };
    return debit ? [{ row, opening: debit.opening }] : [];
  });
  const all = [...prepaid, ...debit];
  for (const some of batches(all))
    await trx
      .insertInto('accounts')
      .values(some.map(({ row }) => ({ ...row, balance: 0 as Money })))
      .onConflict((c) => c.column('id').doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })))
      .execute();
  await trx.deleteFrom('account_numbers').where('facility', '=', facility).execute();
  const numbers = accounts.flatMap(({ id, numbers }) =>
    numbers.map((number) => ({ facility, number, account: accountName.prepaid(facility, id) })),
  );
  for (const some of batches(numbers)) await trx.insertInto('account_numbers').values(some).execute();
  for (const { row, opening } of all)
    if (opening > 0)
      await deposit(trx, { account: row.id, amount: opening, reference: `opening:${row.id}`, by: SITE_FILE, at: now });
}
