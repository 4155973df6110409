import { type Kysely, sql } from 'kysely';
import type { FacilityId, UnitId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { difference } from '../database/difference.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import type { Site } from './site.ts';

const json = (value: object | null): string | null => value && JSON.stringify(value);

/**
 * The facility and its units, as far as they allow no less than what stands: dialling stays open, and how PINs are read and what is asked of
 * voices stay as they are, until `shrinkPlace` and `setPinLength`. Gives the rows written.
 */
export function growPlace(db: Kysely<Schema>, site: Site): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const there = await facilityOf(trx, site);
    const row = wantedFacility(site);
    const open = there?.dialling === 'open' || row.dialling === 'open';
    const grown = {
      ...row,
      dialling: open && there ? ('open' as const) : row.dialling,
      pin_id_length: there?.pin_id_length ?? row.pin_id_length,
      // Waivers come first.
      voice: there?.voice ?? null,
    };
    const { write } = difference(there ? [there] : [], [grown], ({ id }) => id);
    if (write.length > 0) {
      const values = { ...grown, hours: json(grown.hours), holidays: json(grown.holidays), voice: json(grown.voice) };
      await trx
        .insertInto('facilities')
        .values(values)
        .onConflict((c) => c.column('id').doUpdateSet(values))
        .execute();
    }
    const units = (await unitsOf(trx, site)).write;
    if (units.length > 0)
      await trx
        .insertInto('units')
        .values(units.map((unit) => ({ ...unit, hours: json(unit.hours) })))
        .onConflict((c) =>
          c.columns(['facility', 'id']).doUpdateSet((eb) => ({
            limit_ms: eb.ref('excluded.limit_ms'),
            hours: eb.ref('excluded.hours'),
          })),
        )
        .execute();
    return write.length + units.length;
  });
}

/** Keeps a unit until the transaction is over. @throws HttpError 404 */
export async function mustBeUnit(trx: Trx, facility: FacilityId, unit: UnitId): Promise<void> {
  const query = trx.selectFrom('units').select('id').where('facility', '=', facility).where('id', '=', unit);
  if (!(await query.forShare().executeTakeFirst()))
    throw new HttpError(404, `there is no unit ${unit} in facility ${facility}`);
}

/** Whether PINs will be read otherwise than today: then all change with it, at once. */
export async function readsPinsOtherwise(db: Kysely<Schema>, site: Site): Promise<boolean> {
  const there = await facilityOf(db, site);
  return there !== undefined && there.pin_id_length !== site.facility.pinIdLength;
}

/** How many leading digits of a PIN name the caller, from now on. */
export async function setPinLength(trx: Trx, { facility: { id, pinIdLength } }: Site): Promise<void> {
  await trx.updateTable('facilities').set({ pin_id_length: pinIdLength }).where('id', '=', id).execute();
}

/** Units that the file does not name any more, when no terminal stands there; dialling, and what is asked of voices, as the file has it. */
export async function shrinkPlace(db: Kysely<Schema>, site: Site): Promise<number> {
  const { id, dialling } = site.facility;
  const { gone } = await unitsOf(db, site);
  if (gone.length > 0)
    await db
      .deleteFrom('units')
      .where('facility', '=', id)
      .where(
        'id',
        'in',
        gone.map((unit) => unit.id),
      )
      .execute();
  const { numUpdatedRows } = await db
    .updateTable('facilities')
    .set({ dialling })
    .where('id', '=', id)
    .where('dialling', '<>', dialling)
    .executeTakeFirst();
  const voice = json(site.facility.voice ?? null);
  const voices = await db
    .updateTable('facilities')
    .set({ voice })
    .where('id', '=', id)
    .where(sql<boolean>`voice is distinct from ${voice}::jsonb`)
    .executeTakeFirst();
  return gone.length + Number(numUpdatedRows) + Number(voices.numUpdatedRows);
}

const facilityOf = (db: Kysely<Schema>, { facility: { id } }: Site) =>
  db.selectFrom('facilities').selectAll().where('id', '=', id).executeTakeFirst();

const wantedFacility = ({ facility: f }: Site) => ({
  ...{ id: f.id, name: f.name, time_zone: f.timeZone, dialling: f.dialling, limit_ms: f.limit },
  ...{
    pin_id_length: f.pinIdLength,
    hours: f.hours ?? null,
    holidays: f.holidays ?? null,
    recorded: f.recorded,
    voice: f.voice ?? null,
  },
});

async function unitsOf(db: Kysely<Schema>, { facility: { id: facility }, units }: Site) {
  const there = await db.selectFrom('units').selectAll().where('facility', '=', facility).execute();
  const wanted = units.map(({ id, limit, hours }) => ({
    ...{ facility, id, limit_ms: limit ?? null, hours: hours ?? null },
  }));
  return difference(there, wanted, ({ id }) => id);
}
