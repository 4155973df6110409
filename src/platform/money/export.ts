import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { amountText } from '../../protocol/api/wire.ts';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { dateOf } from '../facilities/hours.ts';
import type { Site } from '../facilities/site.ts';
import { accountName } from './account.ts';

type Filed = z.input<typeof Site>;

/** Rates as a site file has them, each by the day on which it begins. */
export async function filedRates(
  db: Kysely<Schema>,
  facility: FacilityId,
  timeZone: string,
): Promise<NonNullable<Filed['rates']>> {
  const rows = await db
    .selectFrom('rates')
    .selectAll()
    .where('facility', '=', facility)
    .orderBy('starts')
    .orderBy('prefix')
    .execute();
  return rows.map(({ prefix, starts, per_minute, facility_adds }) => ({
    from: dateOf(timeZone, starts),
    ...(prefix !== '' && { prefix }),
    perMinute: amountText(per_minute),
    ...(facility_adds > 0 && { facilityAdds: amountText(facility_adds) }),
  }));
}

/** Families' accounts that pay for numbers, as a site file has them. What is on them is left out: a copy must not pay it in again. */
export async function filedPrepaid(db: Kysely<Schema>, facility: FacilityId): Promise<NonNullable<Filed['accounts']>> {
  const rows = await db
    .selectFrom('account_numbers as n')
    .innerJoin('accounts as a', 'a.id', 'n.account')
    .select(['a.id', 'a.name', 'n.number'])
    .where('n.facility', '=', facility)
    .orderBy('a.id')
    .orderBy('n.number')
    .execute();
  const own = accountName.prepaid(facility, '');
  const accounts = new Map<string, { id: string; name: string; numbers: string[] }>();
  for (const { id, name, number } of rows) {
    const account = accounts.get(id) ?? { id: id.slice(own.length), name, numbers: [] };
    accounts.set(id, account);
    account.numbers.push(number);
  }
  return [...accounts.values()];
}

/** Which of some callers have an account of their own. */
export async function whoHasDebit(
  db: Kysely<Schema>,
  facility: FacilityId,
  callers: readonly CallerId[],
): Promise<Set<CallerId | null>> {
  const rows = await db
    .selectFrom('accounts')
    .select('caller')
    .where('kind', '=', 'debit')
    .where('facility', '=', facility)
    .where('caller', 'in', callers)
    .execute();
  return new Set(rows.map(({ caller }) => caller));
}
