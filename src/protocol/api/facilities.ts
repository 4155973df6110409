import { z } from 'zod';
import { FacilityId, Millis, TerminalId, UnitId } from '../units.ts';
import { Hours } from './hours.ts';
import { pageOf } from './wire.ts';

/** A facility of which something is for the asker. */
const Named = z.strictObject({ facility: FacilityId, name: z.string(), time_zone: z.string() });
export const Facilities = pageOf(Named);

/** A facility as its phones and callers have it; null: nothing of its own is set. */
export const Facility = Named.extend({
  dialling: z.enum(['open', 'listed']),
  limit_ms: Millis,
  hours: Hours.nullable(),
  recorded: z.boolean(),
  /** Leading digits of a PIN that name the caller. */
  pin_id_length: z.int(),
  /** Whether callers are known by their voices too. */
  voices: z.boolean(),
  units: z.array(
    z.strictObject({
      unit: UnitId,
      limit_ms: Millis.nullable(),
      hours: Hours.nullable(),
      phones: z.array(TerminalId),
    }),
  ),
});
