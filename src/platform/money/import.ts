import { sql } from 'kysely';
import type { Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import { dateOf, startOfDay } from '../facilities/hours.ts';
import { SITE_FILE } from '../facilities/site.ts';
import type { Bringing } from '../facilities/site-file/bringing.ts';
import { accountName } from './account.ts';
import { type Deposit, deposit, isBooked } from './deposit.ts';
import type { MoneyTables } from './tables.ts';

/** What a minute costs, from which day on. */
export async function importRates({ trx, site, tally, dry }: Bringing): Promise<void> {
  const { id: facility, timeZone } = site.facility;
  const there = await trx.selectFrom('rates').selectAll().where('facility', '=', facility).execute();
  const wanted = site.rates.map(({ prefix, from, perMinute, facilityAdds }) => ({
    ...{ facility, prefix, starts: startOfDay(from, timeZone), per_minute: perMinute, facility_adds: facilityAdds },
  }));
  const name = ({ prefix, starts }: (typeof wanted)[number]) => `${prefix} ${starts}`;
  const rates = difference(there, wanted, name);
  tally.count('rate', rates, ({ prefix, starts }) => `${prefix || 'every number'} from ${dateOf(timeZone, starts)}`);
  if (dry) return;
  for (const some of batches(rates.gone))
    await trx
      .deleteFrom('rates')
      .where('facility', '=', facility)
      .where((eb) =>
        eb(
          eb.refTuple('prefix', 'starts'),
          'in',
          some.map(({ prefix, starts }) => eb.tuple(prefix, starts)),
        ),
      )
      .execute();
  for (const some of batches(rates.write))
    await trx
      .insertInto('rates')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'prefix', 'starts']).doUpdateSet((eb) => ({
          per_minute: eb.ref('excluded.per_minute'),
          facility_adds: eb.ref('excluded.facility_adds'),
        })),
      )
      .execute();
}

/** Families' accounts and the numbers they pay for; those not named any more keep their money. Gives what is paid in. */
export async function importPrepaid(bringing: Bringing): Promise<Money> {
  const { trx, site, tally, dry } = bringing;
  const { id: facility } = site.facility;
  const prepaid = site.accounts.map(({ id, name, opening }) => ({
    row: { id: accountName.prepaid(facility, id), facility, kind: 'prepaid' as const, name, caller: null },
    opening,
  }));
  const paidIn = await openAccounts(bringing, prepaid);
  const there = await trx.selectFrom('account_numbers').selectAll().where('facility', '=', facility).execute();
  const wanted = site.accounts.flatMap(({ id, numbers }) =>
    numbers.map((number) => ({ facility, number, account: accountName.prepaid(facility, id) })),
  );
  const payers = difference(there, wanted, ({ number }) => number);
  tally.count('payer', payers, ({ number }) => number);
  if (dry) return paidIn;
  const gone = payers.gone.map(({ number }) => number);
  for (const some of batches(gone))
    await trx.deleteFrom('account_numbers').where('facility', '=', facility).where('number', 'in', some).execute();
  for (const some of batches(payers.write))
    await trx
      .insertInto('account_numbers')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'number']).doUpdateSet((eb) => ({ account: eb.ref('excluded.account') })),
      )
      .execute();
  return paidIn;
}

/** Callers' own accounts. Gives what is paid in. */
export function importDebit(bringing: Bringing): Promise<Money> {
  const { id: facility } = bringing.site.facility;
  const debit = bringing.site.callers.flatMap(({ id, name, debit }) => {
    const row = { id: accountName.debit(facility, id), facility, kind: 'debit' as const, name, caller: id };
    return debit ? [{ row, opening: debit.opening }] : [];
  });
  return openAccounts(bringing, debit);
}

interface Opened {
  readonly row: Pick<MoneyTables['accounts'], 'id' | 'facility' | 'kind' | 'name' | 'caller'>;
  readonly opening: Money;
}

/** So many accounts make others of the plans by which they are looked up. */
const MANY = 500;

/** Opens accounts, whose opening balances are paid in once. Only those that are otherwise are touched: whoever calls waits for none. */
async function openAccounts({ trx, tally, dry, now }: Bringing, accounts: readonly Opened[]): Promise<Money> {
  const due: Deposit[] = [];
  let made = 0;
  for (const some of batches(accounts)) {
    const there = await trx
      .selectFrom('accounts')
      .select(['id', 'facility', 'kind', 'name', 'caller'])
      .where(
        'id',
        'in',
        some.map(({ row }) => row.id),
      )
      .execute();
    const opened = difference(
      there,
      some.map(({ row }) => row),
      ({ id }) => id,
    );
    tally.count('account', opened, ({ id }) => id);
    const openings = some
      .filter(({ opening }) => opening > 0)
      .map(({ row: { id }, opening }) => ({
        ...{ account: id, amount: opening, reference: `opening:${id}`, by: SITE_FILE, at: now },
      }));
    const booked = await isBooked(trx, openings);
    due.push(...openings.filter((one) => !booked(one)));
    if (!dry) await putAccounts(trx, opened.write);
    made += opened.write.length;
  }
  if (!dry) {
    // Else each deposit reads all accounts, by a plan for the few that there were.
    if (made >= MANY) await sql`analyze accounts`.execute(trx);
    for (const some of batches(due)) await deposit(trx, some);
  }
  return due.reduce((sum, { amount }) => sum + amount, 0) as Money;
}

async function putAccounts(trx: Trx, rows: readonly Opened['row'][]): Promise<void> {
  if (rows.length === 0) return;
  await trx
    .insertInto('accounts')
    .values(rows.map((row) => ({ ...row, balance: 0 as Money })))
    .onConflict((c) => c.column('id').doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })))
    .execute();
}
