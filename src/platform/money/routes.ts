import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Dollars, FacilityId, type Instant } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { parse } from '../http/parse.ts';
import { deposit } from './deposit.ts';

const Filter = z.strictObject({
  facility: FacilityId.optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000)).default(100),
  /** Continues after this account. */
  after: z.string().max(200).default(''),
});

const Params = z.object({ facility: FacilityId, account: z.string().min(1).max(130) });

const Body = z.strictObject({
  amount: Dollars.refine((amount) => amount > 0, 'more than nothing is wanted'),
  /** What it is booked under: the same reference is booked once. */
  reference: z.string().trim().min(1).max(120),
  /** Who takes the money in. */
  by: z.string().trim().min(1).max(120),
});

/** Accounts, and money that is paid in. */
export function moneyRoutes(app: FastifyInstance, { db, now, staff }: Door): void {
  app.get('/accounts', (request) => staff(request) && listAccounts(db, request.query));
  app.get('/accounts/:facility/:account', (request) => staff(request) && oneAccount(db, request.params));
  app.post('/accounts/:facility/:account/deposits', (request) => {
    if (staff(request) !== 'admin') throw new HttpError(403, 'deposits are for the admin token');
    return payIn(db, request.params, request.body, request.ip, now());
  });
}

/** Accounts in the order of their names. Money is in millionths of a dollar. */
function listAccounts(db: Kysely<Schema>, query: unknown) {
  const { facility, limit, after } = parse(Filter, query);
  return db
    .selectFrom('accounts')
    .select(['id', 'kind', 'name', 'caller', 'balance', 'held'])
    .where('balance', 'is not', null)
    .$if(facility !== undefined, (q) => q.where('facility', '=', facility as FacilityId))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** An account, the numbers it pays for and its latest postings. @throws HttpError 404 */
async function oneAccount(db: Kysely<Schema>, params: unknown) {
  const id = nameOf(params);
  const account = await db
    .selectFrom('accounts')
    .select(['id', 'kind', 'name', 'caller', 'balance', 'held'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!account) throw new HttpError(404, `there is no account ${id}`);
  const numbers = await db.selectFrom('account_numbers').select('number').where('account', '=', id).execute();
  const postings = await db
    .selectFrom('postings')
    .select(['transfer', 'at', 'kind', 'terminal', 'call', 'amount'])
    .where('account', '=', id)
    .orderBy('transfer', 'desc')
    .limit(200)
    .execute();
  return { ...account, numbers: numbers.map((n) => n.number), postings };
}

/** Pays money into an account. The audit trail names who and from where. @throws HttpError 400, 404 */
async function payIn(db: Kysely<Schema>, params: unknown, body: unknown, from: string, at: Instant) {
  const account = nameOf(params);
  const { amount, reference, by } = parse(Body, body);
  return db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('accounts')
      .select('id')
      .where('id', '=', account)
      .where('balance', 'is not', null)
      .executeTakeFirst();
    if (!known) throw new HttpError(404, `there is no account ${account}`);
    const paid = { account, amount, reference: `${account}:${reference}`, by: `${by} from ${from}`, at };
    const booked = (await deposit(trx, [paid])) === 1;
    const { balance } = await trx
      .selectFrom('accounts')
      .select('balance')
      .where('id', '=', account)
      .executeTakeFirstOrThrow();
    return { account, balance, booked };
  });
}

const nameOf = (params: unknown): string => {
  const { facility, account } = parse(Params, params);
  return `${facility}/${account}`;
};
