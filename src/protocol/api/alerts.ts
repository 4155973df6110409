import { z } from 'zod';
import { FacilityId } from '../units.ts';
import { Moment, Paging, pageOf } from './wire.ts';

/** What people are told that they must look at. */
export const AlertKind = z.enum([
  'phone-out',
  'pin-guessing',
  'record-differs',
  'record-without-session',
  'terminal-key',
  'cloned',
  'accounts-left',
  'voice-flagged',
  'voice-refused',
  'voice-staff',
  'voice-unjudged',
  'order-orphaned',
  'order-replaced',
  'keys-replaced',
  'settings-replaced',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** All of one kind and one place since somebody last acknowledged such. */
export const Alert = z.strictObject({
  id: z.int(),
  kind: AlertKind,
  /** A phone, or what stands at the broker of the facility, as `units/b/lockdown`; null: the facility. */
  place: z.string().nullable(),
  /** One line on the last of them. */
  what: z.string(),
  first: Moment,
  last: Moment,
  times: z.int().positive(),
  acknowledged: Moment.nullable(),
  acknowledged_by: z.string().nullable(),
});
export type Alert = z.infer<typeof Alert>;
export const Alerts = pageOf(Alert);

/** Which are wanted: the last that happened first. */
export const AlertFilter = Paging.extend({
  state: z.enum(['open', 'acknowledged']).default('open'),
});

export const AlertPath = z.object({ facility: FacilityId, alert: z.coerce.number().pipe(z.int().positive()) });
