import { sql } from 'kysely';
import type { Database } from '../../src/platform/database/open.ts';
import { price } from '../../src/platform/money/price.ts';
import type { Millis } from '../../src/protocol/units.ts';
import { audit } from '../platform/world.ts';
import type { Told } from './phone.ts';

/** What is wrong in the books when every phone has come to rest: nothing, where all is well. */
export async function wrongIn(database: Database, { calls }: Told): Promise<string[]> {
  const { db } = database;
  const wrong: string[] = [];
  const say = (line: string) => void wrong.push(line);
  const records = await db.selectFrom('records').select(['call', 'talked']).execute();
  const stored = new Map(records.map(({ call, talked }) => [call, talked]));
  if (stored.size !== records.length) say('a record is there twice');
  for (const [call, talked] of calls)
    if (stored.get(call) !== talked)
      say(`record of ${call}: talked ${talked}, stored ${stored.get(call) ?? 'nothing'}`);
  for (const call of stored.keys()) if (!calls.has(call)) say(`a record of ${call}, which no phone made`);
  for (const s of await db.selectFrom('sessions').selectAll().execute()) {
    const due = price(s.rate, Math.min(calls.get(s.call) ?? 0, s.quota) as Millis);
    if (s.settled_by !== 'record')
      say(`call ${s.call} is ${s.settled_by === null ? 'open' : `settled by ${s.settled_by}`}`);
    if (s.held !== 0) say(`call ${s.call} holds ${s.held}`);
    if (s.charged + s.forgone !== due || s.forgone !== 0)
      say(`call ${s.call}: ${s.charged} charged where ${due} is due`);
  }
  const accounts = await audit(database).catch((error: Error) => {
    say(error.message);
    return new Map<string, { held: number }>();
  });
  for (const [id, { held }] of accounts) if (held !== 0) say(`account ${id} holds ${held}`);
  const { rows } = await sql<{ sum: number }>`select coalesce(sum(amount), 0)::bigint as sum from postings`.execute(db);
  if (rows[0]?.sum !== 0) say(`the postings sum to ${rows[0]?.sum}`);
  return wrong;
}
