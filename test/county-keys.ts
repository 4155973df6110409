import { makeKeys } from '../src/cli/keys.ts';
import { FacilityId, type Instant } from '../src/protocol/units.ts';

/** Makes the keys of facility `county` in a folder, whose orders its control room signs. */
export const makeCountyKeys = (folder: string) =>
  makeKeys(folder, { facility: FacilityId.parse('county'), issuer: 'control-room', now: Date.now() as Instant });
