import type { FastifyInstance } from 'fastify';
import type { Kysely } from 'kysely';
import { Facilities, Facility } from '../../protocol/api/facilities.ts';
import { FacilityPath } from '../../protocol/api/live.ts';
import { Paging, piece } from '../../protocol/api/wire.ts';
import type { FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { type Door, HttpError } from '../http/access.ts';
import { look, none } from '../http/route.ts';
import { placesOf } from '../terminals/places.ts';

/** The facilities of whoever asks, and one with its units and phones. */
export function facilityRoutes(app: FastifyInstance, door: Door): void {
  const { db } = door;
  look(
    app,
    door,
    {
      ...{ path: '/facilities', right: 'known', summary: 'The facilities that are for whoever asks' },
      ...{ params: none, query: Paging, answer: Facilities },
    },
    async ({ who, query: { limit, after } }) => {
      // No id is empty: for whom there is none, there is none.
      const own = [...who.roles.keys(), '' as FacilityId];
      const rows = await db
        .selectFrom('facilities')
        .select(['id as facility', 'name', 'time_zone'])
        .where('id', '>', after as FacilityId)
        .$if(!who.operator, (query) => query.where('id', 'in', own))
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      return piece(rows, limit, ({ facility }) => facility);
    },
  );
  look(
    app,
    door,
    {
      ...{ path: '/facilities/:facility', right: 'facility.read', summary: 'A facility with its units and phones' },
      ...{ params: FacilityPath, query: none, answer: Facility },
    },
    async ({ params: { facility } }) => oneFacility(db, facility),
  );
}

/** @throws HttpError 404 */
export async function oneFacility(db: Kysely<Schema>, facility: FacilityId) {
  const row = await db
    .selectFrom('facilities')
    .select([
      'id as facility',
      'name',
      'time_zone',
      'dialling',
      'limit_ms',
      'hours',
      'holidays',
      'recorded',
      'pin_id_length',
    ])
    .select((eb) => eb('voice', 'is not', null).as('voices'))
    .where('id', '=', facility)
    .executeTakeFirst();
  if (!row) throw new HttpError(404, `there is no facility ${facility}`);
  const places = await placesOf(db, facility);
  const units = await db
    .selectFrom('units')
    .select(['id as unit', 'limit_ms', 'hours'])
    .where('facility', '=', facility)
    .orderBy('id')
    .execute();
  const phonesIn = (unit: string) =>
    places.filter((place) => place.unit === unit).map(({ terminal, hours }) => ({ terminal, hours }));
  const own = { ...row, holidays: row.holidays ?? [], voices: Boolean(row.voices) };
  return { ...own, units: units.map((one) => ({ ...one, phones: phonesIn(one.unit) })) };
}
