import type { FacilityId, Instant } from '../../protocol/units.ts';

/** A platform process that lives, or did until `until` by the database's clock. */
interface Platforms {
  process: string;
  /** What it is called at the broker. */
  name: string;
  until: Instant;
}

interface Leases {
  facility: FacilityId;
  holder: string;
}

/** What the room of leases writes. */
export interface LeasesTables {
  platforms: Platforms;
  leases: Leases;
}
