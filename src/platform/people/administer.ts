import { randomUUID } from 'node:crypto';
import { StaffId } from '../../protocol/api/people.ts';
import type { Role } from '../../protocol/api/rights.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import { HttpError } from '../http/access.ts';
import type { Actor } from './actor.ts';
import { makeLink } from './sign-in/links.ts';
import { unbind } from './sign-in/provider/bind.ts';
import { endSessionsOf } from './sign-in/sessions.ts';

interface Link {
  /** Under the address of the platform. */
  readonly path: string;
  readonly ends: Instant;
}

const linkTo = ({ token, ends }: { token: string; ends: Instant }): Link => ({ path: `/#/welcome/${token}`, ends });

/**
 * Invites somebody who is not known yet. Who is known has a way in of his own, or was given it by others: he gets no link, since
 * whoever has a link to an account has the account.
 */
export async function invite(
  trx: Trx,
  person: { readonly email: string; readonly name: string; readonly operator: boolean },
  now: Instant,
): Promise<{ id: StaffId; link: Link | null }> {
  const added = await trx
    .insertInto('staff')
    .values({ ...person, id: StaffId.parse(randomUUID()), state: 'invited', made: now })
    .onConflict((on) => on.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) return { id: added.id, link: linkTo(await makeLink(trx, 'invitation', added.id, now)) };
  const known = await trx.selectFrom('staff').select('id').where('email', '=', person.email).executeTakeFirstOrThrow();
  return { id: known.id, link: null };
}

/** Says what somebody is in a facility; gives what he was. His sessions end. @throws HttpError 403 where it is oneself */
export async function giveRoles(
  trx: Trx,
  who: Actor,
  facility: FacilityId,
  staff: StaffId,
  roles: readonly Role[],
): Promise<Role[]> {
  if (who.id === staff) throw new HttpError(403, 'nobody changes his own roles: ask another administrator');
  const gone = await trx
    .deleteFrom('staff_roles')
    .where('staff', '=', staff)
    .where('facility', '=', facility)
    .returning('role')
    .execute();
  if (roles.length > 0)
    await trx
      .insertInto('staff_roles')
      .values(roles.map((role) => ({ staff, facility, role })))
      .execute();
  await endSessionsOf(trx, staff);
  return gone.map(({ role }) => role).sort();
}

/**
 * That somebody works in the facility; `only`: and nowhere else, since what is done to his account is done to all of it. Who runs the
 * platform does it to anybody but himself.
 * @throws HttpError 403, 404
 */
export async function mustBeHisOwn(
  trx: Trx,
  who: Actor,
  facility: FacilityId,
  staff: StaffId,
  where: 'any' | 'only',
): Promise<void> {
  const rows = await trx
    .selectFrom('staff_roles')
    .innerJoin('staff', 'staff.id', 'staff_roles.staff')
    .select(['facility', 'operator'])
    .where('staff', '=', staff)
    .execute();
  if (!rows.some((row) => row.facility === facility)) throw new HttpError(404, 'nobody of that id works here');
  if (where === 'any') return;
  if (who.id === staff) throw new HttpError(403, 'nobody does this to himself: ask another administrator');
  if (!who.operator && rows.some((row) => row.operator || row.facility !== facility))
    throw new HttpError(403, 'of this person those who run the platform decide: you can take the roles here away');
}

/** Suspends somebody, whose sessions end, or lets him in again; whether anything was changed. */
export async function suspend(trx: Trx, staff: StaffId, suspended: boolean): Promise<boolean> {
  const [from, to] = suspended ? (['active', 'suspended'] as const) : (['suspended', 'active'] as const);
  const changed = await trx
    .updateTable('staff')
    .set({ state: to })
    .where('id', '=', staff)
    .where('state', '=', from)
    .returning('id')
    .executeTakeFirst();
  if (suspended) await endSessionsOf(trx, staff);
  return changed !== undefined;
}

/** A link by which somebody makes all his proofs anew; those he has are good until he opens it; his sessions are over, and what a provider calls him is forgotten. @throws HttpError 409 */
export async function resetOf(trx: Trx, staff: StaffId, now: Instant): Promise<Link> {
  const { state } = await trx.selectFrom('staff').select('state').where('id', '=', staff).executeTakeFirstOrThrow();
  if (state === 'suspended') throw new HttpError(409, 'this person is suspended: let him in again first');
  await endSessionsOf(trx, staff);
  await unbind(trx, staff);
  return linkTo(await makeLink(trx, state === 'invited' ? 'invitation' : 'reset', staff, now));
}
