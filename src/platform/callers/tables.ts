import type { Hours } from '../../protocol/api/hours.ts';
import type { CallerId, FacilityId, Instant, Language, Millis, UnitId } from '../../protocol/units.ts';
import type { Json } from '../database/json.ts';

interface Callers {
  facility: FacilityId;
  id: CallerId;
  name: string;
  language: Language | null;
  pin_id_hash: Buffer | null;
  pin_hash: Buffer | null;
  limit_ms: Millis | null;
  hours: Json<Hours>;
  suspended: boolean;
  /** Where he is housed. */
  unit: UnitId | null;
  calls_a_day: number | null;
  /** How long he waits after a call. */
  wait_ms: Millis | null;
  /** Who let him in; the site file forgets those alone whom it brought. */
  admitted_by: string;
}

interface Attempts {
  facility: FacilityId;
  /** `pin`: an id at one terminal. */
  scope: 'pin' | 'terminal' | 'facility';
  key: Buffer;
  failures: number;
  last: Instant;
  locked_until: Instant;
}

/** What the room of callers writes. */
export interface CallersTables {
  callers: Callers;
  attempts: Attempts;
}
