import { z } from 'zod';
import { Hotline } from '../messages.ts';
import { PhoneSettings } from '../phone-settings.ts';
import { FacilityId, Millis, TerminalId, UnitId } from '../units.ts';
import { Holidays, Hours } from './hours.ts';
import { FacilityPath } from './live.ts';
import { CallLimit, Line, Moment, pageOf } from './wire.ts';

/** A facility of which something is for the asker. */
const Named = z.strictObject({ facility: FacilityId, name: z.string(), time_zone: z.string() });
export const Facilities = pageOf(Named);

/** A facility as its phones and callers have it; null: nothing of its own is set. */
export const Facility = Named.extend({
  dialling: z.enum(['open', 'listed']),
  limit_ms: Millis,
  hours: Hours.nullable(),
  holidays: Holidays,
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
      phones: z.array(z.strictObject({ terminal: TerminalId, hours: Hours.nullable() })),
    }),
  ),
});

export const UnitPath = FacilityPath.extend({ unit: UnitId });

/** What is to be otherwise of a facility; what is left out stays. */
export const FacilityChange = z.strictObject({
  name: Line(120).exactOptional(),
  dialling: z.enum(['open', 'listed']).exactOptional(),
  limit_ms: CallLimit.exactOptional(),
  hours: Hours.nullable().exactOptional(),
  holidays: Holidays.exactOptional(),
  recorded: z.boolean().exactOptional(),
});

/** A unit as it is to be; null: as the facility has it. */
export const UnitWanted = z.strictObject({ limit_ms: CallLimit.nullable(), hours: Hours.nullable() });
export const UnitGone = z.strictObject({ unit: UnitId });

/** How its phones treat a call; null where nobody has said it here: each has what its own file says. */
export const SettingsOfFacility = z.strictObject({
  /** Grows with every change; 0 before there was one. */
  sequence: z.int(),
  since: Moment.nullable(),
  settings: PhoneSettings.nullable(),
});

/** What its phones dial without asking, as it was last given here; of a list that only their own files have, nothing. */
export const HotlinesOfFacility = z.strictObject({
  /** 0 where none was given here, or none of it is believed any more. */
  sequence: z.int(),
  hotlines: z.array(Hotline),
});
