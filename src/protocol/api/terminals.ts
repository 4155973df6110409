import { z } from 'zod';
import { FacilityId, TerminalId } from '../units.ts';
import { Hours } from './hours.ts';
import { Moment, Why } from './wire.ts';

const Thumbprint = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'a thumbprint is wanted, as `tierphone selftest` tells the key');

/** Hours of a phone, within those of its unit and facility; null: none of its own. */
export const PhoneHours = z.strictObject({ hours: Hours.nullable() });

export const TerminalPath = z.object({ facility: FacilityId, terminal: TerminalId });
export const TerminalKeyPath = TerminalPath.extend({ thumbprint: Thumbprint });

/** A key with which the phone of a place was seen to sign, or that was accepted for it. */
export const TerminalKeys = z.strictObject({
  items: z.array(
    z.strictObject({
      thumbprint: Thumbprint,
      state: z.enum(['in-force', 'strange', 'replaced']),
      seen: Moment,
      accepted: Moment.nullable(),
      accepted_by: z.string().nullable(),
      accepted_why: z.string().nullable(),
    }),
  ),
});

/** Which phone it is, and how it is known that this is its key. */
export const Acceptance = z.strictObject({ why: Why });
export const Accepted = z.strictObject({ thumbprint: Thumbprint, accepted: Moment });
