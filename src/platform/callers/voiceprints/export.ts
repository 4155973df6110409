import type { Kysely } from 'kysely';
import type { CallerId, FacilityId } from '../../../protocol/units.ts';
import type { Schema } from '../../database/schema.ts';
import { SITE_FILE } from '../../facilities/site.ts';
import type { CallerVoice } from './rules.ts';
import { waiversOf } from './waivers.ts';

/** What a site file says of callers' voices: waivers in force, and whom a file had asked to enrol. */
export async function filedVoices(db: Kysely<Schema>, facility: FacilityId): Promise<Map<CallerId, CallerVoice>> {
  const asked = await db
    .selectFrom('voice_anew')
    .select('caller')
    .where('facility', '=', facility)
    .where('by', '=', SITE_FILE)
    .execute();
  const waivers = await waiversOf(db, facility);
  return new Map<CallerId, CallerVoice>([
    ...asked.map(({ caller }) => [caller, 'asked'] as const),
    ...waivers.map(({ caller, reason }) => [caller, { waived: reason }] as const),
  ]);
}
