import { type Kysely, sql } from 'kysely';
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

/** Books deposits in one statement. Gives how many accounts have more for it: a reference that was booked before pays nothing. */
export async function deposit(db: Kysely<Schema>, deposits: readonly Deposit[]): Promise<number> {
  const { numAffectedRows } = await sql`
    with booked as (
      insert into transfers (at, kind, reference, call, from_account, to_account, amount, made_by)
        select at, 'deposit', 'deposit:' || reference, null, 'deposits', account, amount, by
        from jsonb_to_recordset(${JSON.stringify(deposits)}::jsonb)
          as d(at bigint, reference text, account text, amount bigint, by text)
        on conflict (reference) do nothing
        returning to_account, amount)
    update accounts set balance = balance + paid.amount
      from (select to_account, sum(amount)::bigint as amount from booked group by to_account) paid
      where id = paid.to_account`.execute(db);
  return Number(numAffectedRows);
}

/** Tells of some deposits which were booked before. */
export async function isBooked(db: Kysely<Schema>, deposits: readonly Deposit[]): Promise<(one: Deposit) => boolean> {
  if (deposits.length === 0) return () => false;
  const rows = await db
    .selectFrom('transfers')
    .select('reference')
    .where('reference', 'in', deposits.map(bookedAs))
    .execute();
  const known = new Set(rows.map(({ reference }) => reference));
  return (one) => known.has(bookedAs(one));
}

const bookedAs = ({ reference }: Deposit): string => `deposit:${reference}`;
