import type { Generated } from 'kysely';
import type { AlertKind } from '../../protocol/api/alerts.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';

interface Alerts {
  id: Generated<number>;
  facility: FacilityId;
  kind: AlertKind;
  /** A phone, or what follows the facility in a topic; '': the facility as a whole. */
  place: string;
  /** On the last of them. */
  what: string;
  first: Instant;
  last: Instant;
  times: number;
  acknowledged: Generated<Instant | null>;
  acknowledged_by: Generated<string | null>;
}

/** What the room of alerts writes. */
export interface AlertsTables {
  alerts: Alerts;
}
