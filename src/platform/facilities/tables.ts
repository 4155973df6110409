import type { JSONColumnType } from 'kysely';
import type { Holidays, Hours } from '../../protocol/api/hours.ts';
import type { PhoneSettings } from '../../protocol/phone-settings.ts';
import type { FacilityId, Instant, Language, Millis, UnitId } from '../../protocol/units.ts';
import type { VoiceRules } from '../callers/voiceprints/rules.ts';
import type { Json } from '../database/json.ts';

interface Facilities {
  id: FacilityId;
  name: string;
  time_zone: string;
  dialling: 'open' | 'listed';
  limit_ms: Millis;
  pin_id_length: number;
  hours: Json<Hours>;
  holidays: Json<Holidays>;
  recorded: boolean;
  /** Null: nothing is asked of voices. */
  voice: Json<VoiceRules>;
}

interface Units {
  facility: FacilityId;
  id: UnitId;
  limit_ms: Millis | null;
  hours: Json<Hours>;
}

/** How the phones of a facility treat a call, where that was set. */
interface Settings {
  facility: FacilityId;
  /** Grows with every change. */
  sequence: number;
  since: Instant;
  settings: JSONColumnType<PhoneSettings>;
}

/** How a facility says its own name, where that was ever set. */
interface GreetingRows {
  facility: FacilityId;
  language: Language;
  /** Grows with every change. */
  sequence: number;
  since: Instant;
  /** G.711 mu-law, 8 kHz; null: as the files of each phone have it. */
  sound: Buffer | null;
}

/** What the room of facilities writes. */
export interface FacilitiesTables {
  facilities: Facilities;
  units: Units;
  phone_settings: Settings;
  greetings: GreetingRows;
}
