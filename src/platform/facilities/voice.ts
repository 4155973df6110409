import type { Kysely } from 'kysely';
import type { FacilityId } from '../../protocol/units.ts';
import type { VoiceRules } from '../callers/voiceprints/rules.ts';
import type { Schema } from '../database/schema.ts';

/** What a facility asks of voices; null: nothing. */
export async function voiceRulesOf(db: Kysely<Schema>, facility: FacilityId): Promise<VoiceRules | null> {
  const row = await db.selectFrom('facilities').select('voice').where('id', '=', facility).executeTakeFirst();
  return row?.voice ?? null;
}

/** Facilities that ask for voices. */
export async function askForVoices(db: Kysely<Schema>): Promise<FacilityId[]> {
  const rows = await db.selectFrom('facilities').select('id').where('voice', 'is not', null).orderBy('id').execute();
  return rows.map(({ id }) => id);
}
