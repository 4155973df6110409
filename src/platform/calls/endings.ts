import type { Instant } from '../../protocol/units.ts';
import type { Control, Endings, Lift, Trx } from '../context.ts';
import { Together } from '../database/together.ts';
import { endAll } from './end.ts';
import { type Standard, storeAll } from './record.ts';

/** So many are done in one transaction at most: others wait for its locks. */
const AT_MOST = 250;

/** What ends calls: at rest each in a transaction of its own, in a rush hundreds in one. */
export function openEndings({ db, now, ...standard }: Pick<Control, 'db' | 'now'> & Standard): Endings {
  const together = <W, R>(all: (trx: Trx, works: readonly W[], at: Instant) => Promise<R[]>) =>
    new Together((works: readonly W[]) => db.transaction().execute((trx) => all(trx, works, now())), AT_MOST);
  const ends = together(endAll);
  const records = together((trx, lifts: readonly Lift[], at) => storeAll(trx, lifts, at, standard));
  return { end: (word) => ends.do(word), record: (lift) => records.do(lift) };
}
