import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { type CallerId, durationText, type FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import type { Site } from '../facilities/site.ts';
import { whoHasDebit } from '../money/export.ts';
import { filedLists } from '../numbers/export.ts';
import { hashedPin } from './filed-pin.ts';
import { filedVoices } from './voiceprints/export.ts';

type Filed = NonNullable<z.input<typeof Site>['callers']>[number];

/** So many are read at once. */
const PIECE = 500;

/** Callers whom somebody can be, as a site file has them, piece by piece: with hashes in place of their PINs. */
export async function* filedCallers(db: Kysely<Schema>, facility: FacilityId): AsyncGenerator<Filed[]> {
  const voices = await filedVoices(db, facility);
  for (let after = '' as CallerId; ; ) {
    const rows = await rowsAfter(db, facility, after);
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    const ids = rows.map(({ id }) => id);
    const lists = await filedLists(db, facility, ids);
    const debit = await whoHasDebit(db, facility, ids);
    yield rows.flatMap(({ id, name, pin_id_hash, pin_hash, ...row }) => {
      if (pin_id_hash === null || pin_hash === null) return [];
      const voice = voices.get(id);
      const numbers = lists.get(id);
      return {
        ...{ id, name, pin: hashedPin({ id: pin_id_hash, whole: pin_hash }) },
        ...(row.language !== null && { language: row.language }),
        ...(row.unit !== null && { unit: row.unit }),
        ...(row.limit_ms !== null && { limit: durationText(row.limit_ms) }),
        ...(row.hours !== null && { hours: row.hours }),
        ...(row.calls_a_day !== null && { callsADay: row.calls_a_day }),
        ...(row.wait_ms !== null && { wait: durationText(row.wait_ms) }),
        ...(row.suspended && { suspended: true }),
        ...(voice !== undefined && { voice }),
        ...(numbers && { numbers }),
        ...(debit.has(id) && { debit: {} }),
      };
    });
  }
}

const rowsAfter = (db: Kysely<Schema>, facility: FacilityId, after: CallerId) =>
  db
    .selectFrom('callers')
    .selectAll()
    .where('facility', '=', facility)
    .where('pin_id_hash', 'is not', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(PIECE)
    .execute();
