import type { ClaimCode } from '../../../protocol/claim.ts';
import type { FacilityId, Instant, TerminalId, UnitId } from '../../../protocol/units.ts';
import type { Asker, Trx } from '../../context.ts';
import { mustBeUnit } from '../../facilities/place.ts';
import { HttpError } from '../../http/access.ts';
import { acceptKey, retireKey } from '../keys.ts';

/** What a technician types. */
export interface Wanted {
  readonly facility: FacilityId;
  readonly code: ClaimCode;
  /** Without it, the place that the box was announced for. */
  readonly terminal?: TerminalId | undefined;
  /** Wanted for a phone that is new here. */
  readonly unit?: UnitId | undefined;
  /** The box takes the place of the one that is there, which is dead from then on. */
  readonly replace: boolean;
}

interface By {
  readonly by: string;
  readonly at: Instant;
}

const NOTHING_GIVEN = { issued: null, certificate: null, certified: null };

/** The place as it is now, and what box it was before. */
export async function claimBox(trx: Trx, wanted: Wanted, { by, at }: By) {
  const { facility, code } = wanted;
  const box = await trx
    .selectFrom('boxes')
    .selectAll()
    .where('code', '=', code)
    .where('expires', '>', at)
    .forUpdate()
    .executeTakeFirst();
  if (!box) return null;
  const { thumbprint, asks } = box;
  const place = await placeFor(trx, wanted, asks.says.serial);
  const { terminal } = place;
  if (box.terminal !== null && (box.facility !== facility || box.terminal !== terminal))
    throw new HttpError(409, 'this code was used already: hang up, lift again and take the next');
  const there = await claimOf(trx, { facility, terminal });
  if (there !== null && there.thumbprint !== thumbprint && !wanted.replace)
    throw new HttpError(
      409,
      `${terminal} is a phone already (serial ${there.says.serial}): say that this one replaces it`,
    );
  const left = await leave(trx, thumbprint, { facility, terminal }, at);
  await setPlace(trx, place);
  if (there !== null && there.thumbprint !== thumbprint)
    await revokeAt(trx, { facility, terminal }, there.thumbprint, at);
  const claimed = { thumbprint, says: JSON.stringify(asks.says), claimed: at, claimed_by: by };
  await trx
    .insertInto('claims')
    .values({ facility, terminal, ...claimed, ...NOTHING_GIVEN })
    .onConflict((on) => on.columns(['facility', 'terminal']).doUpdateSet({ ...claimed, ...NOTHING_GIVEN }))
    .execute();
  await acceptKey(trx, { facility, terminal }, thumbprint, {
    by,
    why: `claimed by its code, serial ${asks.says.serial}`,
    at,
  });
  await trx.updateTable('boxes').set({ facility, terminal }).where('id', '=', box.id).execute();
  await trx.deleteFrom('announced').where('serial', '=', asks.says.serial).where('facility', '=', facility).execute();
  return { place, thumbprint, says: asks.says, answer: asks.unsure ? box.answer : null, before: there, left };
}

/** A phone that is taken out of service: nothing of it works any more. @throws HttpError 404 */
export async function decommission(trx: Trx, place: Asker, at: Instant) {
  const there = await claimOf(trx, place);
  if (there === null) throw new HttpError(404, `${place.terminal} was not claimed by any phone`);
  await trx
    .deleteFrom('claims')
    .where((eb) => eb.and(place))
    .execute();
  await retireKey(trx, place);
  await revokeAt(trx, place, there.thumbprint, at);
  return there;
}

/** The place of a phone: as it was asked for, as it stands, or as it was announced. @throws HttpError 404, 422 */
async function placeFor(trx: Trx, { facility, terminal, unit }: Wanted, serial: string) {
  if (terminal === undefined) {
    const announced = await trx
      .selectFrom('announced')
      .select(['facility', 'unit', 'terminal'])
      .where('serial', '=', serial)
      .where('facility', '=', facility)
      .executeTakeFirst();
    if (announced) return announced;
    throw new HttpError(422, `serial ${serial} was not announced here: say which phone it is, and in which unit`);
  }
  if (unit !== undefined) {
    await mustBeUnit(trx, facility, unit);
    return { facility, unit, terminal };
  }
  const stands = await trx
    .selectFrom('terminals')
    .select('unit')
    .where('facility', '=', facility)
    .where('id', '=', terminal)
    .executeTakeFirst();
  if (!stands) throw new HttpError(422, `${terminal} is new here: say in which unit it hangs`);
  return { facility, unit: stands.unit, terminal };
}

async function claimOf(trx: Trx, place: Asker) {
  const row = await trx
    .selectFrom('claims')
    .select(['thumbprint', 'says'])
    .where('facility', '=', place.facility)
    .where('terminal', '=', place.terminal)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** A box is the phone of one place: where it was another's, that one is nobody's. */
async function leave(trx: Trx, thumbprint: string, now: Asker, at: Instant): Promise<Asker | null> {
  const left = await trx
    .deleteFrom('claims')
    .where('thumbprint', '=', thumbprint)
    .where((eb) => eb.not(eb.and({ facility: now.facility, terminal: now.terminal })))
    .returning(['facility', 'terminal'])
    .executeTakeFirst();
  if (!left) return null;
  await retireKey(trx, left);
  await revokeAt(trx, left, thumbprint, at);
  return left;
}

async function setPlace(trx: Trx, { facility, unit, terminal }: Asker & { readonly unit: UnitId }): Promise<void> {
  await trx
    .insertInto('terminals')
    .values({ facility, id: terminal, unit, hours: null })
    .onConflict((on) => on.columns(['facility', 'id']).doUpdateSet({ unit }))
    .execute();
}

/** Has the accounts be gone that a box had in a place, by whichever platform is there to do it. */
async function revokeAt(trx: Trx, { facility, terminal }: Asker, thumbprint: string, since: Instant): Promise<void> {
  await trx
    .insertInto('accounts_due')
    .values({ facility, terminal, thumbprint, since })
    .onConflict((on) => on.columns(['facility', 'terminal', 'thumbprint']).doUpdateSet({ since }))
    .execute();
}
