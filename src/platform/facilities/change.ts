import type { z } from 'zod';
import type { FacilityChange, UnitWanted } from '../../protocol/api/facilities.ts';
import type { FacilityId, UnitId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { HttpError } from '../http/access.ts';
import { mustBeUnit } from './place.ts';

const json = (value: object | null) => value && JSON.stringify(value);

/** Makes what is given so; what is left out stays. */
export async function changeFacility(
  trx: Trx,
  facility: FacilityId,
  { hours, holidays, ...wanted }: z.output<typeof FacilityChange>,
): Promise<void> {
  const set = {
    ...wanted,
    ...(hours !== undefined && { hours: json(hours) }),
    ...(holidays !== undefined && { holidays: json(holidays) }),
  };
  if (Object.keys(set).length > 0) await trx.updateTable('facilities').set(set).where('id', '=', facility).execute();
}

/** Has a unit as it is wanted; gives it as it was, null where it is new. Its facility must be locked. */
export async function setUnit(
  trx: Trx,
  facility: FacilityId,
  id: UnitId,
  { limit_ms, hours }: z.output<typeof UnitWanted>,
): Promise<z.output<typeof UnitWanted> | null> {
  const before = await trx
    .selectFrom('units')
    .select(['limit_ms', 'hours'])
    .where('facility', '=', facility)
    .where('id', '=', id)
    .executeTakeFirst();
  const row = { limit_ms, hours: json(hours) };
  await trx
    .insertInto('units')
    .values({ facility, id, ...row })
    .onConflict((conflict) => conflict.columns(['facility', 'id']).doUpdateSet(row))
    .execute();
  return before ?? null;
}

/** @throws HttpError 404; 409 where phones hang there or callers are housed there */
export async function dropUnit(trx: Trx, facility: FacilityId, unit: UnitId): Promise<void> {
  await mustBeUnit(trx, facility, unit);
  const { phones, callers } = await trx
    .selectNoFrom((eb) => [
      eb
        .selectFrom('terminals')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('facility', '=', facility)
        .where('unit', '=', unit)
        .as('phones'),
      eb
        .selectFrom('callers')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('facility', '=', facility)
        .where('unit', '=', unit)
        .as('callers'),
    ])
    .executeTakeFirstOrThrow();
  const there = [
    Number(phones) > 0 ? `phones hang in ${unit} (${phones})` : null,
    Number(callers) > 0 ? `callers are housed in ${unit} (${callers})` : null,
  ].filter((one) => one !== null);
  if (there.length > 0) throw new HttpError(409, `${there.join(', ')}: move them first`);
  await trx.deleteFrom('units').where('facility', '=', facility).where('id', '=', unit).execute();
}
