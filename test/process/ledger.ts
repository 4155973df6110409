import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../../src/platform/database/open.ts';
import { NO_FAULT } from '../platform/world.ts';
import type { Outside } from './outside.ts';

/** What is wrong with the books: nothing, where every list is empty and every sum zero. */
export interface Verdict {
  /** Calls that a status showed and that have no record, or more than one. */
  readonly missing: readonly string[];
  readonly twice: readonly string[];
  /** Millionths still held by all accounts. */
  readonly held: number;
  /** Sum of all postings. */
  readonly postings: number;
  /** Accounts whose balance is below zero or not the sum of their postings. */
  readonly wrongBalances: readonly string[];
}

/** Ends the programs and reads the platform's books from the database itself. */
export async function verdict(outside: Outside): Promise<Verdict> {
  await outside.stopPrograms();
  const database = await openDatabase({ kind: 'embedded', folder: join(outside.folder, 'database') }, NO_FAULT);
  const { db } = database;
  try {
    const records = await db.selectFrom('records').select(['call']).execute();
    const count = new Map<string, number>();
    for (const { call } of records) count.set(call, (count.get(call) ?? 0) + 1);
    const { held } = await db
      .selectFrom('accounts')
      .select(sql<number>`coalesce(sum(held), 0)::bigint`.as('held'))
      .executeTakeFirstOrThrow();
    const { postings } = await db
      .selectFrom('postings')
      .select(sql<number>`coalesce(sum(amount), 0)::bigint`.as('postings'))
      .executeTakeFirstOrThrow();
    const accounts = await db
      .selectFrom('accounts')
      .leftJoin('postings', 'postings.account', 'accounts.id')
      .select(['accounts.id', 'accounts.balance', sql<number>`coalesce(sum(postings.amount), 0)::bigint`.as('sum')])
      .where('accounts.balance', 'is not', null)
      .groupBy(['accounts.id', 'accounts.balance'])
      .execute();
    return {
      missing: [...outside.callsSeen].filter((call) => !count.has(call)),
      twice: [...count].filter(([, times]) => times > 1).map(([call]) => call),
      held,
      postings,
      wrongBalances: accounts
        .filter(({ balance, sum }) => (balance ?? 0) < 0 || balance !== sum)
        .map(({ id, balance, sum }) => `${id}: balance ${balance}, postings ${sum}`),
    };
  } finally {
    await database.close();
  }
}
