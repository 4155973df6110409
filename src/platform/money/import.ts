import type { Kysely } from 'kysely';
import type { FacilityId, Instant, Money } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import type { Schema } from '../database/schema.ts';
import { startOfDay } from '../facilities/hours.ts';
import { SITE_FILE, type Site } from '../facilities/site.ts';
import { accountName } from './account.ts';
import { deposit } from './deposit.ts';
import type { MoneyTables } from './tables.ts';

/** What a minute costs, from which day on. Rates no longer wanted stay beside, and count where they fit better. Gives the rows written. */
export async function growRates(db: Kysely<Schema>, site: Site): Promise<number> {
  const { write } = await ratesOf(db, site);
  for (const some of batches(write))
    await db
      .insertInto('rates')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'prefix', 'starts']).doUpdateSet((eb) => ({
          per_minute: eb.ref('excluded.per_minute'),
          facility_adds: eb.ref('excluded.facility_adds'),
        })),
      )
      .execute();
  return write.length;
}

/** Rates that the file does not name any more. */
export async function shrinkRates(db: Kysely<Schema>, site: Site): Promise<number> {
  const { gone } = await ratesOf(db, site);
  for (const some of batches(gone))
    await db
      .deleteFrom('rates')
      .where('facility', '=', site.facility.id)
      .where((eb) =>
        eb(
          eb.refTuple('prefix', 'starts'),
          'in',
          some.map(({ prefix, starts }) => eb.tuple(prefix, starts)),
        ),
      )
      .execute();
  return gone.length;
}

async function ratesOf(db: Kysely<Schema>, { facility: { id: facility, timeZone }, rates }: Site) {
  const there = await db.selectFrom('rates').selectAll().where('facility', '=', facility).execute();
  const wanted = rates.map(({ prefix, from, perMinute, facilityAdds }) => ({
    ...{ facility, prefix, starts: startOfDay(from, timeZone), per_minute: perMinute, facility_adds: facilityAdds },
  }));
  return difference(there, wanted, ({ prefix, starts }) => `${prefix} ${starts}`);
}

/** Families' accounts and the numbers they pay for; those not named any more keep their money. Gives the rows written. */
export async function growPrepaid(db: Kysely<Schema>, site: Site, now: Instant): Promise<number> {
  const { facility, accounts } = { ...site, facility: site.facility.id };
  const prepaid = accounts.map(({ id, name, opening }) => ({
    row: { id: accountName.prepaid(facility, id), facility, kind: 'prepaid' as const, name, caller: null },
    opening,
  }));
  let written = 0;
  for (const some of batches(prepaid)) written += await db.transaction().execute((trx) => openAccounts(trx, some, now));
  const { write } = await payersOf(db, site);
  for (const some of batches(write))
    await db
      .insertInto('account_numbers')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'number']).doUpdateSet((eb) => ({ account: eb.ref('excluded.account') })),
      )
      .execute();
  return written + write.length;
}

/** Numbers for which no account pays any more. */
export async function shrinkPrepaid(db: Kysely<Schema>, site: Site): Promise<number> {
  const { gone } = await payersOf(db, site);
  for (const some of batches(gone))
    await db
      .deleteFrom('account_numbers')
      .where('facility', '=', site.facility.id)
      .where(
        'number',
        'in',
        some.map(({ number }) => number),
      )
      .execute();
  return gone.length;
}

async function payersOf(db: Kysely<Schema>, { facility: { id: facility }, accounts }: Site) {
  const there = await db.selectFrom('account_numbers').selectAll().where('facility', '=', facility).execute();
  const wanted = accounts.flatMap(({ id, numbers }) =>
    numbers.map((number) => ({ facility, number, account: accountName.prepaid(facility, id) })),
  );
  return difference(there, wanted, ({ number }) => number);
}

/** Callers' own accounts. Gives the rows written. */
export function importDebit(trx: Trx, facility: FacilityId, callers: Site['callers'], now: Instant): Promise<number> {
  const debit = callers.flatMap(({ id, name, debit }) => {
    const row = { id: accountName.debit(facility, id), facility, kind: 'debit' as const, name, caller: id };
    return debit ? [{ row, opening: debit.opening }] : [];
  });
  return openAccounts(trx, debit, now);
}

interface Opened {
  readonly row: Pick<MoneyTables['accounts'], 'id' | 'facility' | 'kind' | 'name' | 'caller'>;
  readonly opening: Money;
}

/** Opens accounts, whose opening balances are paid in once. Only those that are otherwise are touched: whoever calls waits for none. */
async function openAccounts(trx: Trx, accounts: readonly Opened[], now: Instant): Promise<number> {
  let written = 0;
  for (const some of batches(accounts)) {
    const ids = some.map(({ row }) => row.id);
    const there = await trx
      .selectFrom('accounts')
      .select(['id', 'facility', 'kind', 'name', 'caller'])
      .where('id', 'in', ids)
      .execute();
    const { write } = difference(
      there,
      some.map(({ row }) => row),
      ({ id }) => id,
    );
    if (write.length > 0)
      await trx
        .insertInto('accounts')
        .values(write.map((row) => ({ ...row, balance: 0 as Money })))
        .onConflict((c) => c.column('id').doUpdateSet((eb) => ({ name: eb.ref('excluded.name') })))
        .execute();
    const paid = some
      .filter(({ opening }) => opening > 0)
      .map(({ row: { id }, opening }) => ({
        ...{ account: id, amount: opening, reference: `opening:${id}`, by: SITE_FILE, at: now },
      }));
    written += write.length + (paid.length > 0 ? await deposit(trx, paid) : 0);
  }
  return written;
}
