import type { FacilityId, UnitId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { batches } from '../database/batches.ts';
import { difference } from '../database/difference.ts';
import { HttpError } from '../http/access.ts';
import type { Site } from './site.ts';
import type { Bringing } from './site-file/bringing.ts';

const json = (value: object | null): string | null => value && JSON.stringify(value);

/** Units that a file does not name any more. */
type GoneUnits = readonly UnitId[];

/**
 * The facility, which whoever else locks it waits for from now on, and its units. Gives whether it is new, and the units to drop when no
 * phone stands there any more.
 */
export async function importPlace({ trx, site, tally, dry }: Bringing): Promise<{ isNew: boolean; gone: GoneUnits }> {
  const { id } = site.facility;
  const one = trx.selectFrom('facilities').selectAll().where('id', '=', id);
  const there = await (dry ? one : one.forNoKeyUpdate()).execute();
  const facility = difference(there, [wantedFacility(site)], (row) => row.id);
  tally.count('facility', facility, (row) => row.id);
  const before = await trx.selectFrom('units').selectAll().where('facility', '=', id).execute();
  const units = difference(before, wantedUnits(site), (row) => row.id);
  tally.count('unit', units, (row) => row.id);
  const gone = units.gone.map((row) => row.id);
  const isNew = there.length === 0;
  if (dry) return { isNew, gone };
  for (const row of facility.write) {
    const values = { ...row, hours: json(row.hours), holidays: json(row.holidays), voice: json(row.voice) };
    await trx
      .insertInto('facilities')
      .values(values)
      .onConflict((c) => c.column('id').doUpdateSet(values))
      .execute();
  }
  for (const some of batches(units.write))
    await trx
      .insertInto('units')
      .values(some.map((unit) => ({ ...unit, hours: json(unit.hours) })))
      .onConflict((c) =>
        c.columns(['facility', 'id']).doUpdateSet((eb) => ({
          limit_ms: eb.ref('excluded.limit_ms'),
          hours: eb.ref('excluded.hours'),
        })),
      )
      .execute();
  return { isNew, gone };
}

/** Drops units in which no phone stands any more; who was housed there is housed nowhere. */
export async function dropUnits({ trx, site, dry }: Bringing, gone: GoneUnits): Promise<void> {
  if (dry) return;
  for (const some of batches(gone))
    await trx.deleteFrom('units').where('facility', '=', site.facility.id).where('id', 'in', some).execute();
}

/** Keeps a unit until the transaction is over. @throws HttpError 404 */
export async function mustBeUnit(trx: Trx, facility: FacilityId, unit: UnitId): Promise<void> {
  const query = trx.selectFrom('units').select('id').where('facility', '=', facility).where('id', '=', unit);
  if (!(await query.forShare().executeTakeFirst()))
    throw new HttpError(404, `there is no unit ${unit} in facility ${facility}`);
}

const wantedFacility = ({ facility: f }: Site) => ({
  ...{ id: f.id, name: f.name, time_zone: f.timeZone, dialling: f.dialling, limit_ms: f.limit },
  ...{ pin_id_length: f.pinIdLength, hours: f.hours ?? null, holidays: f.holidays ?? null },
  ...{ recorded: f.recorded, voice: f.voice ?? null },
});

const wantedUnits = ({ facility: { id: facility }, units }: Site) =>
  units.map(({ id, limit, hours }) => ({ facility, id, limit_ms: limit ?? null, hours: hours ?? null }));
