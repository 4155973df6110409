import { type Kysely, sql } from 'kysely';
import type { CallerId, FacilityId, Instant, Millis } from '../../protocol/units.ts';
import type { Schema } from '../database/schema.ts';
import { REMEMBERED } from './allowance.ts';

/** The calls of a caller of today and of as long as anybody waits, in which he talked; privileged ones are left out. */
export const callsHad = (
  db: Kysely<Schema>,
  { facility, caller }: { readonly facility: FacilityId; readonly caller: CallerId },
  now: Instant,
) =>
  db
    .selectFrom('sessions as s')
    .leftJoin('records as r', (join) =>
      join.onRef('r.facility', '=', 's.facility').onRef('r.terminal', '=', 's.terminal').onRef('r.call', '=', 's.call'),
    )
    // A record may come long after its call, and the clock of a phone may be wrong.
    .select(['s.opened', sql<Instant>`least(r.ended, s.settled_at)`.as('ended')])
    .where('s.facility', '=', facility)
    .where('s.caller', '=', caller)
    .where('s.settled_at', '>', (now - REMEMBERED) as Instant)
    .where('s.talked', '>', 0 as Millis)
    .where('s.privileged', '=', false)
    .execute();
