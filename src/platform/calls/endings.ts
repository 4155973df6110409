import type { Kysely } from 'kysely';
import type { Instant } from '../../protocol/units.ts';
import type { Endings, Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { Together } from '../database/together.ts';
import { endAll } from './end.ts';
import { storeAll } from './record.ts';

/** So many are done in one transaction at most: others wait for its locks. */
const AT_MOST = 250;

/** What ends calls: at rest each in a transaction of its own, in a rush hundreds in one. */
export function openEndings(db: Kysely<Schema>, now: () => Instant): Endings {
  const together = <W, R>(all: (trx: Trx, works: readonly W[], at: Instant) => Promise<R[]>) =>
    new Together((works: readonly W[]) => db.transaction().execute((trx) => all(trx, works, now())), AT_MOST);
  const ends = together(endAll);
  const records = together(storeAll);
  return { end: (word) => ends.do(word), record: (lift) => records.do(lift) };
}
