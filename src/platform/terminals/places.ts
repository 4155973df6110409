import type { Kysely } from 'kysely';
import type { Hours } from '../../protocol/api/hours.ts';
import type { FacilityId, TerminalId, UnitId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';

/** Where a phone stands. */
export interface Place {
  readonly terminal: TerminalId;
  readonly unit: UnitId;
  readonly hours: Hours | null;
}

/** The phones that a facility ought to have, and in which unit each stands. */
export const placesOf = (db: Kysely<Schema>, facility: FacilityId): Promise<Place[]> =>
  db
    .selectFrom('terminals')
    .select(['id as terminal', 'unit', 'hours'])
    .where('facility', '=', facility)
    .orderBy('unit')
    .orderBy('id')
    .execute();

/** Sets the hours of a phone; gives those that it had. @throws HttpError 404 */
export async function setHours(
  trx: Trx,
  facility: FacilityId,
  terminal: TerminalId,
  hours: Hours | null,
): Promise<Hours | null> {
  const own = trx.selectFrom('terminals').select('hours').where('facility', '=', facility).where('id', '=', terminal);
  const before = await own.forUpdate().executeTakeFirst();
  if (!before) throw new HttpError(404, `there is no terminal ${terminal} in facility ${facility}`);
  await trx
    .updateTable('terminals')
    .set({ hours: hours && JSON.stringify(hours) })
    .where('facility', '=', facility)
    .where('id', '=', terminal)
    .execute();
  return before.hours;
}
