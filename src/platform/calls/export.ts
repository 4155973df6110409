import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { LiftRecord, RecordQuery } from '../../protocol/api/records.ts';
import { piece } from '../../protocol/api/wire.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Columns, csvOf } from '../http/csv.ts';
import { cursorOf, searchLifts } from './search.ts';
import { asTold } from './shown.ts';

/** So many lifts are asked of the database at once. */
const AT_ONCE = 500;

const COLUMNS: Columns<z.input<typeof LiftRecord>> = {
  lifted: ({ lifted }) => lifted,
  ended: ({ ended }) => ended,
  terminal: ({ terminal }) => terminal,
  unit: ({ unit }) => unit,
  kind: ({ kind }) => kind,
  caller: ({ caller }) => caller ?? '',
  name: ({ name }) => name ?? '',
  number: ({ number }) => number ?? '',
  dialled: ({ dialled }) => dialled ?? '',
  ending: ({ ending }) => ending.reason,
  talked_seconds: ({ talked }) => String(Math.round(talked / 1_000)),
  charged_usd: ({ charged }) => charged,
  privileged: ({ privileged }) => String(privileged),
  differs: ({ differs }) => differs.map(({ field }) => field).join(' '),
  call: ({ call }) => call,
};

/** All lifts as they are asked for, as a table for other programs, piece by piece: however many there are, few are held at once. */
export const exportLifts = (
  db: Kysely<Schema>,
  facility: FacilityId,
  wanted: RecordQuery,
  tips: boolean,
): AsyncIterable<string> => csvOf(COLUMNS, allLifts(db, facility, wanted, tips));

async function* allLifts(db: Kysely<Schema>, facility: FacilityId, wanted: RecordQuery, tips: boolean) {
  for (let after: string | null = ''; after !== null; ) {
    const rows = await searchLifts(db, facility, wanted, { after, limit: AT_ONCE }, tips);
    const part = piece(rows, AT_ONCE, cursorOf);
    yield part.items.map(asTold(tips));
    after = part.next;
  }
}
