import type { Leases } from '../../../src/platform/leases/leases.ts';
import { FacilityId } from '../../../src/protocol/units.ts';

/** The leases of a platform that is alone and has all of these. */
export function servingAll(...facilities: string[]): Pick<Leases, 'facilities' | 'holds'> {
  const all = new Set(facilities.map((id) => FacilityId.parse(id)));
  return { facilities: all, holds: async (facility) => all.has(facility) };
}
