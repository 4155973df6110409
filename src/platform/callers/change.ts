import type { z } from 'zod';
import type { CallerChange } from '../../protocol/api/callers.ts';
import type { CallerId, FacilityId, Instant, Money, UnitId } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { mustBeUnit } from '../facilities/place.ts';
import { debitBalance } from '../money/account.ts';
import { dropOwnLists } from '../numbers/import.ts';
import { callersOf, noCaller } from './caller.ts';
import { erasePrint } from './voiceprints/prints.ts';

/** As he was, his row locked. @throws HttpError 404 */
export async function lockCaller(trx: Trx, facility: FacilityId, caller: CallerId) {
  const row = await callersOf(trx, facility).where('id', '=', caller).forUpdate().executeTakeFirst();
  if (!row) throw noCaller(facility, caller);
  return row;
}

/** Makes what is given so; what is left out stays. */
export async function changeCaller(
  trx: Trx,
  facility: FacilityId,
  caller: CallerId,
  { hours, ...wanted }: z.output<typeof CallerChange>,
): Promise<void> {
  const set = { ...wanted, ...(hours !== undefined && { hours: hours && JSON.stringify(hours) }) };
  if (Object.keys(set).length === 0) return;
  await trx.updateTable('callers').set(set).where('facility', '=', facility).where('id', '=', caller).execute();
}

/** Houses him elsewhere. @throws HttpError 404 where there is no such unit */
export async function moveCaller(trx: Trx, facility: FacilityId, caller: CallerId, unit: UnitId | null): Promise<void> {
  if (unit !== null) await mustBeUnit(trx, facility, unit);
  await trx.updateTable('callers').set({ unit }).where('facility', '=', facility).where('id', '=', caller).execute();
}

/** Takes his calling away, or gives it back; a call that goes on goes on. */
export async function setSuspended(
  trx: Trx,
  facility: FacilityId,
  caller: CallerId,
  suspended: boolean,
): Promise<void> {
  await trx
    .updateTable('callers')
    .set({ suspended })
    .where('facility', '=', facility)
    .where('id', '=', caller)
    .execute();
}

/**
 * Lets him go: nobody can be him any more, his list is gone and his voiceprint destroyed. Gives what his own account has, which stays his, and
 * whether he had a print.
 */
export async function release(
  trx: Trx,
  { facility, caller }: { readonly facility: FacilityId; readonly caller: CallerId },
  { by, why, at }: { readonly by: string; readonly why: string; readonly at: Instant },
): Promise<{ balance: Money; erased: boolean }> {
  await trx
    .updateTable('callers')
    .set({ suspended: true, pin_id_hash: null, pin_hash: null, unit: null })
    .where('facility', '=', facility)
    .where('id', '=', caller)
    .execute();
  await dropOwnLists(trx, facility, [caller]);
  const erased = await erasePrint(trx, { facility, caller }, { why: 'released', by, note: why, at });
  return { balance: await debitBalance(trx, facility, caller), erased };
}
