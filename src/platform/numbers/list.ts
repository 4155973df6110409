import type { Kysely } from 'kysely';
import type { CallerId, FacilityId } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';

/** A caller's own list, in the order of the numbers. */
export const listOf = (db: Kysely<Schema>, facility: FacilityId, caller: CallerId) =>
  db
    .selectFrom('allowed_numbers')
    .select(['number', 'privileged', 'free', 'limit_ms', 'digits', 'recorded', 'overrides_block'])
    .where('facility', '=', facility)
    .where('caller', '=', caller)
    .orderBy('number')
    .execute();
