import type { Kysely } from 'kysely';
import { Pin } from '../protocol/pin.ts';
import type { Instant, Money } from '../protocol/units.ts';
import type { Trx } from './control/context.ts';
import { startOfDay } from './control/hours.ts';
import { hashPin } from './control/pin-hash.ts';
import type { Schema } from './database/schema.ts';
import { accountName } from './money/account.ts';
import { deposit } from './money/deposit.ts';
import type { Site } from './site.ts';

const BY = 'site file';

/**
 * Makes the database say what the site file says, all of it or nothing; doing it again changes nothing. Lists are
 * replaced; callers no longer named lose their PIN, accounts no longer named keep their money; blocks made by
 * called parties stay. Opening balances are paid in once.
 */
export async function importSite(db: Kysely<Schema>, site: Site, pepper: Buffer, now: Instant): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await importFacility(trx, site);
    await importCallers(trx, site, pepper);
    await importLists(trx, site, now);
    await importAccounts(trx, site, now);
  });
}

async function importFacility(trx: Trx, { facility: f, units }: Site): Promise<void> {
  const row = {
    ...{ name: f.name, time_zone: f.timeZone, dialling: f.dialling, limit_ms: f.limit, recorded: f.recorded },
    ...{ pin_id_length: f.pinIdLength, hours: f.hours ? JSON.stringify(f.hours) : null },
  };
  await trx
    .insertInto('facilities')
    .values({ id: f.id, ...row })
    .onConflict((c) => c.column('id').doUpdateSet(row))
    .execute();
  await trx.deleteFrom('terminals').where('facility', '=', f.id).execute();
  await trx.deleteFrom('units').where('facility', '=', f.id).execute();
  await trx
    .insertInto('units')
    .values(
      units.map(({ id, limit, hours }) => ({
        ...{ facility: f.id, id, limit_ms: limit ?? null, hours: hours ? JSON.stringify(hours) : null },
      })),
    )
    .execute();
  const terminals = units.flatMap((u) => u.terminals.map((id) => ({ facility: f.id, id, unit: u.id })));
  for (const some of batches(terminals)) await trx.insertInto('terminals').values(some).execute();
}

async function importCallers(trx: Trx, { facility: f, callers }: Site, pepper: Buffer): Promise<void> {
  await trx
    .updateTable('callers')
    .set({ suspended: true, pin_id_hash: null, pin_hash: null })
    .where('facility', '=', f.id)
    .execute();
  await trx.deleteFrom('allowed_numbers').where('facility', '=', f.id).execute();
  const rows = callers.map(({ id, name, language, pin, limit, hours, suspended }) => {
    const hashes = hashPin(pepper, f.id, new Pin(pin), f.pinIdLength);
    return {
      ...{ facility: f.id, id, name, language: language ?? null, limit_ms: limit ?? null, suspended },
      ...{ hours: hours ? JSON.stringify(hours) : null, pin_id_hash: hashes.id, pin_hash: hashes.whole },
    };
  });
  for (const some of batches(rows))
    await trx
      .insertInto('callers')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'id']).doUpdateSet((eb) => ({
          name: eb.ref('excluded.name'),
          language: eb.ref('excluded.language'),
          pin_id_hash: eb.ref('excluded.pin_id_hash'),
          pin_hash: eb.ref('excluded.pin_hash'),
          limit_ms: eb.ref('excluded.limit_ms'),
          hours: eb.ref('excluded.hours'),
          suspended: eb.ref('excluded.suspended'),
        })),
      )
      .execute();
  const numbers = callers.flatMap(({ id, numbers }) =>
    numbers.map(({ number, privileged, free, limit, digits, recorded, overridesBlock }) => ({
      ...{ facility: f.id, caller: id, number, privileged, free, limit_ms: limit ?? null, digits, recorded },
      overrides_block: overridesBlock,
    })),
  );
  for (const some of batches(numbers)) await trx.insertInto('allowed_numbers').values(some).execute();
}

async function importLists(trx: Trx, { facility: { id: facility, timeZone }, ...site }: Site, now: Instant) {
  const wanted = new Map(site.blocks.map((b) => [`${b.kind} ${b.pattern}`, b]));
  const ours = await trx
    .selectFrom('blocks')
    .select(['id', 'kind', 'pattern'])
    .where('facility', '=', facility)
    .where('created_by', '=', BY)
    .execute();
  const gone = ours.filter((b) => !wanted.has(`${b.kind} ${b.pattern}`)).map((b) => b.id);
  for (const some of batches(gone)) await trx.deleteFrom('blocks').where('id', 'in', some).execute();
  const blocks = [...wanted.values()].map(({ pattern, kind, note }) => ({
    ...{ facility, pattern, kind, note: note ?? null, created: now, created_by: BY },
  }));
  for (const some of batches(blocks))
    await trx
      .insertInto('blocks')
      .values(some)
      .onConflict((c) =>
        c.columns(['facility', 'pattern', 'kind']).doUpdateSet((eb) => ({ note: eb.ref('excluded.note') })),
      )
      .execute();

  await trx.deleteFrom('allows').where('facility', '=', facility).execute();
  const allows = [...new Map(site.allows.map((a) => [a.pattern, { facility, ...a }])).values()];
  for (const some of batches(allows)) await trx.insertInto('allows').values(some).execute();

  await trx.deleteFrom('rates').where('facility', '=', facility).execute();
  const rates = site.rates.map(({ prefix, from, perMinute, facilityAdds }) => ({
    ...{ facility, prefix, starts: startOfDay(from, timeZone), per_minute: perMinute, facility_adds: facilityAdds },
  }));
  for (const some of batches(rates)) await trx.insertInto('rates').values(some).execute();
}

async function importAccounts(trx: Trx, { facility: { id: facility }, callers, accounts }: Site, now: Instant) {
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
      await deposit(trx, { account: row.id, amount: opening, reference: `opening:${row.id}`, by: BY, at: now });
}

/** PostgreSQL takes 65,535 parameters a statement. */
function batches<T>(rows: readonly T[]): T[][] {
  const size = 1_000;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
}
