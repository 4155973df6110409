import type { Kysely } from 'kysely';
import type { FacilityId, TerminalId, UnitId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

/** Where a phone stands. */
export interface Place {
  readonly terminal: TerminalId;
  readonly unit: UnitId;
}

/** The phones that a facility ought to have, and in which unit each stands. */
export const placesOf = (db: Kysely<Schema>, facility: FacilityId): Promise<Place[]> =>
  db
    .selectFrom('terminals')
    .select(['id as terminal', 'unit'])
    .where('facility', '=', facility)
    .orderBy('unit')
    .orderBy('id')
    .execute();
