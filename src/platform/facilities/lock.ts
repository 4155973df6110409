import type { FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { HttpError } from '../http/access.ts';

/** The facility, for one at a time of those who lock it until the transaction is over; calls do not wait for that. @throws HttpError 404 */
export async function lockFacility(trx: Trx, id: FacilityId) {
  const row = await trx
    .selectFrom('facilities')
    .select(['name', 'pin_id_length'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw new HttpError(404, `there is no facility ${id}`);
  return row;
}
