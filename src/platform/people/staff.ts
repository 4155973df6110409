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

/** Who works in a facility, by name. */
export async function peopleOf(db: Kysely<Schema>, facility: FacilityId) {
  const rows = await db
    .selectFrom('staff')
    .innerJoin('staff_roles', 'staff_roles.staff', 'staff.id')
    .select(['id', 'name', 'email', 'state'])
    .select((eb) => eb.fn.agg<Role[]>('array_agg', ['role']).as('roles'))
    .where('facility', '=', facility)
    .groupBy('id')
    .orderBy('name')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, roles: row.roles.sort() }));
}

/** All staff, by name, with what each is where. */
export async function everybody(db: Kysely<Schema>) {
  const people = await db
    .selectFrom('staff')
    .select(['id', 'name', 'email', 'state', 'operator'])
    .orderBy('name')
    .orderBy('id')
    .execute();
  const held = await db.selectFrom('staff_roles').selectAll().orderBy('facility').orderBy('role').execute();
  const byPerson = new Map<StaffId, Map<FacilityId, Role[]>>();
  for (const { staff, facility, role } of held) {
    const his = byPerson.get(staff) ?? new Map<FacilityId, Role[]>();
    byPerson.set(staff, his.set(facility, [...(his.get(facility) ?? []), role]));
  }
  return people.map((person) => ({
    ...person,
    facilities: [...(byPerson.get(person.id) ?? [])].map(([facility, roles]) => ({ facility, roles })),
  }));
}
