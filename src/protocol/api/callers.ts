import { z } from 'zod';
import { CallerId, FacilityId, Language, Millis } from '../units.ts';
import { Hours } from './hours.ts';
import { ListedNumber } from './numbers.ts';
import { Amount, CallLimit, Line, pageOf, Why } from './wire.ts';

export const CallerPath = z.object({ facility: FacilityId, caller: CallerId });

/** A caller as staff see him: of his PIN not even the hash. */
export const Caller = z.strictObject({
  caller: CallerId,
  name: z.string(),
  language: Language.nullable(),
  /** How long his calls may last; null: no limit of his own. */
  limit_ms: Millis.nullable(),
  hours: Hours.nullable(),
  suspended: z.boolean(),
});
export type Caller = z.infer<typeof Caller>;

export const Callers = pageOf(Caller);

/** One caller with his own list. */
export const CallerAndList = Caller.extend({ numbers: z.array(ListedNumber) });

/** Somebody who comes; without `caller` his id is made. */
export const Admission = z.strictObject({
  caller: CallerId.optional(),
  name: Line(120),
  language: Language.nullable().default(null),
  limit_ms: CallLimit.nullable().default(null),
  hours: Hours.nullable().default(null),
});

/** A PIN that was made, to be handed to its caller on a slip. It is told this once: nobody can have it again. */
export const PinSlip = z.strictObject({
  caller: CallerId,
  name: z.string(),
  pin: z.string().regex(/^\d{6,16}$/),
  /** What is printed for him. */
  slip: z.string(),
});

/** What is to be otherwise; what is left out stays. */
export const CallerChange = z.strictObject({
  name: Line(120).exactOptional(),
  language: Language.nullable().exactOptional(),
  limit_ms: CallLimit.nullable().exactOptional(),
  hours: Hours.nullable().exactOptional(),
});

export const CallerDeed = z.strictObject({ why: Why });
export const Suspended = z.strictObject({ caller: CallerId, suspended: z.boolean() });

/** He has left: what his own account still has is his, and is to be paid out to him. */
export const Released = z.strictObject({ caller: CallerId, balance: Amount, erased: z.boolean() });
