import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { FacilityPath } from '../../protocol/api/live.ts';
import { AccountAndPostings, AccountPath, Accounts, Deposit, Receipt } from '../../protocol/api/money.ts';
import { amountText, momentText, Paging, piece } from '../../protocol/api/wire.ts';
import type { FacilityId, Money } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { change, look, none } from '../http/route.ts';
import { told } from '../people/actor.ts';
import { deposit } from './deposit.ts';

/** Accounts, and money that is paid in. */
export function moneyRoutes(app: FastifyInstance, door: Door): void {
  const { db } = door;
  look(
    app,
    door,
    {
      path: '/facilities/:facility/accounts',
      summary: 'Accounts in the order of their names',
      right: 'money.read',
      ...{ params: FacilityPath, query: Paging, answer: Accounts },
    },
    async ({ params: { facility }, query: { limit, after } }) => {
      const rows = await owned(db, facility)
        .where('id', '>', nameOf(facility, after))
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return piece(rows.map(inWords(facility)), limit, ({ account }) => account);
    },
  );
  look(
    app,
    door,
    {
      path: '/facilities/:facility/accounts/:account',
      summary: 'An account, the numbers it pays for and its latest 200 postings',
      right: 'money.read',
      ...{ params: AccountPath, query: none, answer: AccountAndPostings },
      told: ({ params: { account } }) => ({ what: 'account.look', subject: { account } }),
    },
    async ({ params: { facility, account } }) => oneAccount(db, facility, account),
  );
  change(
    app,
    door,
    {
      ...{ method: 'POST', path: '/facilities/:facility/accounts/:account/deposits', status: 201 },
      summary: 'Pay money in; what was booked under the reference before is not booked again',
      right: 'money.deposit',
      ...{ params: AccountPath, body: Deposit, answer: Receipt },
    },
    async ({ who, trx, at, params: { facility, account }, body: { amount, reference } }) => {
      const id = nameOf(facility, account);
      const known = await owned(trx, facility).where('id', '=', id).executeTakeFirst();
      if (!known) throw noAccount(account);
      const paid = { account: id, amount, reference: `${id}:${reference}`, by: told(who), at };
      const booked = (await deposit(trx, [paid])) === 1;
      const { balance } = await owned(trx, facility).where('id', '=', id).executeTakeFirstOrThrow();
      const receipt = { account, amount: amountText(amount), reference, at: momentText(at), booked };
      const after = { amount: receipt.amount, reference };
      return {
        answer: { ...receipt, balance: amountText(balance ?? (0 as Money)) },
        act: booked ? { what: 'account.deposit', subject: { account }, after } : null,
      };
    },
  );
}

/** @throws HttpError 404 */
async function oneAccount(db: Kysely<Schema>, facility: FacilityId, account: string) {
  const id = nameOf(facility, account);
  const row = await owned(db, facility).where('id', '=', id).executeTakeFirst();
  if (!row) throw noAccount(account);
  const numbers = await db
    .selectFrom('account_numbers')
    .select('number')
    .where('account', '=', id)
    .orderBy('number')
    .execute();
  const postings = await db
    .selectFrom('postings')
    .select(['transfer', 'at', 'kind', 'terminal', 'call', 'amount'])
    .where('account', '=', id)
    .orderBy('transfer', 'desc')
    .limit(200)
    .execute();
  return {
    ...inWords(facility)(row),
    numbers: numbers.map(({ number }) => number),
    postings: postings.map((p) => ({ ...p, at: momentText(p.at), amount: amountText(p.amount) })),
  };
}

/** Accounts of those who own money; those of our books are nobody's. */
const owned = (db: Kysely<Schema>, facility: FacilityId) =>
  db
    .selectFrom('accounts')
    .select(['id', 'kind', 'name', 'caller', 'balance', 'held'])
    .where('facility', '=', facility)
    .where('kind', 'in', ['prepaid', 'debit'])
    .$narrowType<{ kind: 'prepaid' | 'debit' }>();

type Owned = Awaited<ReturnType<ReturnType<typeof owned>['execute']>>[number];

const inWords =
  (facility: FacilityId) =>
  ({ id, balance, held, ...row }: Owned) => ({
    account: id.slice(nameOf(facility, '').length),
    ...row,
    balance: amountText(balance ?? (0 as Money)),
    held: amountText(held),
  });

const nameOf = (facility: FacilityId, account: string): string => `${facility}/${account}`;

const noAccount = (account: string) => new HttpError(404, `there is no account ${account} in this facility`);
