import { isDeepStrictEqual } from 'node:util';
import type { ListsImported } from '../../protocol/api/numbers.ts';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import { callersOf } from '../callers/caller.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { type Entry, MOST, putEntries } from './list.ts';
import type { TableEntry, Wrong } from './table.ts';

type Compared = Omit<ListsImported, 'done'>;

/** What a table would change of the lists as they are. */
export async function comparedWith(trx: Trx, facility: FacilityId, entries: readonly TableEntry[]): Promise<Compared> {
  const callers = [...new Set(entries.map(({ caller }) => caller))];
  const known = new Set<CallerId>();
  const there = new Map<string, Omit<Entry, 'added_by'>>();
  const places = new Map<CallerId, number>();
  for (const some of batches(callers)) {
    for (const { caller, released } of await callersOf(trx, facility).where('id', 'in', some).execute())
      if (!released) known.add(caller);
    const rows = await trx
      .selectFrom('allowed_numbers')
      .select(['caller', 'number', 'privileged', 'free', 'limit_ms', 'digits', 'recorded', 'overrides_block'])
      .where('facility', '=', facility)
      .where('caller', 'in', some)
      .execute();
    for (const { caller, ...entry } of rows) {
      there.set(`${caller} ${entry.number}`, entry);
      places.set(caller, (places.get(caller) ?? 0) + 1);
    }
  }
  const changes: Compared['changes'] = [];
  const wrong: Wrong[] = [];
  let same = 0;
  for (const { line, caller, entry } of entries) {
    const { number } = entry;
    const before = there.get(`${caller} ${number}`);
    const place = (places.get(caller) ?? 0) + 1;
    if (!known.has(caller)) wrong.push({ line, why: `there is no caller ${caller} here` });
    else if (isDeepStrictEqual(before, entry)) same += 1;
    else if (before !== undefined) changes.push({ line, caller, number, change: 'changed' });
    else if (place > MOST) wrong.push({ line, why: `the list of ${caller} is full: ${MOST} numbers are allowed` });
    else {
      changes.push({ line, caller, number, change: 'added' });
      places.set(caller, place);
    }
  }
  return { changes, same, wrong };
}

/** Puts on lists what `changes` names of a table. */
export async function putLists(
  trx: Trx,
  facility: FacilityId,
  entries: readonly TableEntry[],
  changes: Compared['changes'],
  added_by: string,
): Promise<void> {
  const wanted = new Set(changes.map(({ line }) => line));
  const rows = entries
    .filter(({ line }) => wanted.has(line))
    .map(({ caller, entry }) => ({ facility, caller, ...entry, added_by }));
  await putEntries(trx, rows);
}
