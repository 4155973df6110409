import { randomInt } from 'node:crypto';
import type { z } from 'zod';
import type { Admission, PinSlip } from '../../protocol/api/callers.ts';
import { CallerId, type FacilityId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { lockFacility } from '../facilities/lock.ts';
import { mustBeUnit } from '../facilities/place.ts';
import { HttpError } from '../http/access.ts';
import { noCaller } from './caller.ts';
import { drawPin } from './new-pin.ts';
import { slipOf } from './slip.ts';

const DRAWS = 20;

/** Lets somebody in, with a PIN that is told this once. @throws HttpError 404, 409 */
export async function admit(
  trx: Trx,
  facility: FacilityId,
  { caller: given, hours, ...wanted }: z.output<typeof Admission>,
  { by, pepper }: { readonly by: string; readonly pepper: Buffer },
): Promise<z.input<typeof PinSlip>> {
  const { name: place, pin_id_length: idLength } = await lockFacility(trx, facility);
  const { name, language, unit } = wanted;
  if (unit !== null) await mustBeUnit(trx, facility, unit);
  const caller = given ?? (await freeId(trx, facility));
  if (await isThere(trx, facility, caller))
    throw new HttpError(409, `there is a caller ${caller} already: give another id, or make him a new PIN`);
  const { pin, hashes } = await drawPin(trx, { facility, caller, idLength, pepper });
  await trx
    .insertInto('callers')
    .values({
      ...{ facility, id: caller, ...wanted, hours: hours && JSON.stringify(hours) },
      ...{ suspended: false, admitted_by: by, pin_id_hash: hashes.id, pin_hash: hashes.whole },
    })
    .execute();
  const digits = pin.reveal();
  return { caller, name, pin: digits, slip: slipOf(place, name, digits, language) };
}

/** Makes a caller a new PIN: the one before opens nothing any more. One who was released is let in again by it. @throws HttpError 404, 409 */
export async function renewPin(
  trx: Trx,
  facility: FacilityId,
  caller: CallerId,
  pepper: Buffer,
): Promise<z.input<typeof PinSlip>> {
  const { name: place, pin_id_length: idLength } = await lockFacility(trx, facility);
  const { pin, hashes } = await drawPin(trx, { facility, caller, idLength, pepper });
  const row = await trx
    .updateTable('callers')
    .set({ pin_id_hash: hashes.id, pin_hash: hashes.whole })
    .where('facility', '=', facility)
    .where('id', '=', caller)
    .returning(['name', 'language'])
    .executeTakeFirst();
  if (!row) throw noCaller(facility, caller);
  const digits = pin.reveal();
  return { caller, name: row.name, pin: digits, slip: slipOf(place, row.name, digits, row.language) };
}

async function freeId(trx: Trx, facility: FacilityId): Promise<CallerId> {
  for (let draw = 0; draw < DRAWS; draw++) {
    const id = CallerId.parse(`c-${String(randomInt(100_000_000)).padStart(8, '0')}`);
    if (!(await isThere(trx, facility, id))) return id;
  }
  throw new HttpError(409, 'no id could be made for him: give one');
}

async function isThere(trx: Trx, facility: FacilityId, caller: CallerId): Promise<boolean> {
  const query = trx.selectFrom('callers').select('id');
  return (await query.where('facility', '=', facility).where('id', '=', caller).executeTakeFirst()) !== undefined;
}
