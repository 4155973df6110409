import type { Kysely } from 'kysely';
import type { StaffId } from '../../../../protocol/api/people.ts';
import type { Schema } from '../../../database/schema.ts';

/** Somebody's passkeys, in the order in which they were made. */
export const passkeysOf = (db: Kysely<Schema>, staff: StaffId) =>
  db
    .selectFrom('passkeys')
    .select(['id', 'name', 'transports', 'made', 'used'])
    .where('staff', '=', staff)
    .orderBy('made')
    .orderBy('id')
    .execute();
