import type { Kysely } from 'kysely';
import { durationText, type FacilityId } from '../../../protocol/units.ts';
import { filedCallers } from '../../callers/export.ts';
import { markOfPins } from '../../callers/filed-pin.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';
import { filedPrepaid, filedRates } from '../../money/export.ts';
import { filedAllows, filedBlocks } from '../../numbers/export.ts';
import { placesOf } from '../../terminals/places.ts';

/**
 * What is known of a facility as a site file (JSON), in pieces of text: imported where it was taken, it changes nothing. It has hashes in
 * place of PINs, and no money. What changes while it is taken may be in it or not.
 * @throws HttpError 404
 */
export async function* exportSite(db: Kysely<Schema>, id: FacilityId, pepper: Buffer): AsyncGenerator<string> {
  const row = await db.selectFrom('facilities').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new HttpError(404, `there is no facility ${id}`);
  const facility = {
    ...{ id, name: row.name, timeZone: row.time_zone, dialling: row.dialling, limit: durationText(row.limit_ms) },
    pinIdLength: row.pin_id_length,
    ...(row.hours && { hours: row.hours }),
    ...(row.holidays && { holidays: row.holidays }),
    recorded: row.recorded,
    ...(row.voice && { voice: row.voice }),
  };
  const parts = {
    facility,
    pins: markOfPins(pepper, id, row.pin_id_length),
    units: await unitsOf(db, id),
    rates: await filedRates(db, id, row.time_zone),
    allows: await filedAllows(db, id),
    blocks: await filedBlocks(db, id),
    accounts: await filedPrepaid(db, id),
  };
  yield `{\n${Object.entries(parts)
    .map(([name, part]) => `${JSON.stringify(name)}: ${JSON.stringify(part)},\n`)
    .join('')}"callers": [`;
  let separator = '\n';
  for await (const callers of filedCallers(db, id)) {
    yield separator + callers.map((caller) => JSON.stringify(caller)).join(',\n');
    separator = ',\n';
  }
  yield '\n]}\n';
}

async function unitsOf(db: Kysely<Schema>, facility: FacilityId) {
  const rows = await db
    .selectFrom('units')
    .select(['id', 'limit_ms', 'hours'])
    .where('facility', '=', facility)
    .orderBy('id')
    .execute();
  const places = await placesOf(db, facility);
  return rows.map(({ id, limit_ms, hours }) => ({
    id,
    ...(limit_ms !== null && { limit: durationText(limit_ms) }),
    ...(hours && { hours }),
    terminals: places.filter(({ unit }) => unit === id).map(({ terminal }) => terminal),
  }));
}
