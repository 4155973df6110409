import type { Generated } from 'kysely';
import type { OutOfOrder } from '../../../protocol/api/reports.ts';
import type { FacilityId, Instant, TerminalId } from '../../../protocol/units.ts';

/** A time in which a phone was out of order. */
interface Outages {
  facility: FacilityId;
  terminal: TerminalId;
  what: OutOfOrder;
  since: Instant;
  /** Null while it lasts. */
  until: Instant | null;
  /** Somebody was told that it lasts. */
  told: Generated<boolean>;
}

/** What the room of phones' health writes. */
export interface HealthTables {
  outages: Outages;
}
