import type { Kysely } from 'kysely';
import type { CallerId, FacilityId, Language } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { HttpError } from '../http/access.ts';
import { isPin, type PinHashes } from './pin-hash.ts';

/** Who keyed a PIN. */
export interface Known {
  readonly id: CallerId;
  readonly language: Language | null;
  readonly suspended: boolean;
}

/** Whose PIN this is; null where it is nobody's, which takes as long as a wrong passcode. */
export async function callerOf(db: Kysely<Schema>, facility: FacilityId, hashes: PinHashes): Promise<Known | null> {
  const row = await db
    .selectFrom('callers')
    .select(['id', 'language', 'suspended', 'pin_hash'])
    .where('facility', '=', facility)
    .where('pin_id_hash', '=', hashes.id)
    .executeTakeFirst();
  return isPin(hashes, row?.pin_hash ?? null) && row ? row : null;
}

/** Whether staff have taken his calling away. */
export async function isSuspended(db: Kysely<Schema>, facility: FacilityId, caller: CallerId): Promise<boolean> {
  const row = await db
    .selectFrom('callers')
    .select('suspended')
    .where('facility', '=', facility)
    .where('id', '=', caller)
    .executeTakeFirst();
  return row?.suspended ?? false;
}

/** What is told of one whom the facility does not have. */
export const noCaller = (facility: FacilityId, caller: CallerId): HttpError =>
  new HttpError(404, `there is no caller ${caller} in facility ${facility}`);

/** Callers of a facility as staff see them. */
export const callersOf = (db: Kysely<Schema>, facility: FacilityId) =>
  db
    .selectFrom('callers')
    .select(['id as caller', 'name', 'language', 'unit', 'limit_ms', 'hours', 'calls_a_day', 'wait_ms', 'suspended'])
    .select((eb) => eb('pin_id_hash', 'is', null).$castTo<boolean>().as('released'))
    .where('facility', '=', facility);

/** @throws HttpError 404 */
export async function mustBeThere(db: Kysely<Schema>, facility: FacilityId, caller: CallerId): Promise<void> {
  const known = await db
    .selectFrom('callers')
    .select('id')
    .where((eb) => eb.and({ facility, id: caller }))
    .executeTakeFirst();
  if (!known) throw noCaller(facility, caller);
}
