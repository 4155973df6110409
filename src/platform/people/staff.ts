import type { Kysely } from 'kysely';
import type { StaffId } from '../../protocol/api/people.ts';
import type { Role } from '../../protocol/api/rights.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Schema } from '../database/schema.ts';
import type { Actor } from './actor.ts';

/** Somebody of the staff as one who asks, from this address; null where he is not active. */
export async function actorOf(db: Kysely<Schema>, id: StaffId, from: string): Promise<Actor | null> {
  const rows = await db
    .selectFrom('staff')
    .leftJoin('staff_roles', 'staff_roles.staff', 'staff.id')
    .select(['name', 'operator', 'facility', 'role'])
    .where('id', '=', id)
    .where('state', '=', 'active')
    .orderBy('role')
    .execute();
  const [first] = rows;
  if (!first) return null;
  const roles = new Map<FacilityId, Role[]>();
  for (const { facility, role } of rows)
    if (facility !== null && role !== null) roles.set(facility, [...(roles.get(facility) ?? []), role]);
  return { kind: 'person', id, name: first.name, operator: first.operator, roles, scopes: null, from };
}

/** Somebody has opened his link. */
export async function activate(trx: Trx, id: StaffId, name: string): Promise<void> {
  await trx.updateTable('staff').set({ state: 'active', name }).where('id', '=', id).execute();
}

/** Adds somebody who runs the platform. */
export async function addOperator(
  trx: Trx,
  person: { readonly id: StaffId; readonly email: string; readonly name: string; readonly made: Instant },
): Promise<void> {
  await trx
    .insertInto('staff')
    .values({ ...person, state: 'active', operator: true })
    .execute();
}
