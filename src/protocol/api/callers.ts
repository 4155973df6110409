import { z } from 'zod';
import { CallerId, FacilityId, Language, Millis, UnitId } from '../units.ts';
import { Hours } from './hours.ts';
import { ListedNumber } from './numbers.ts';
import { Amount, CallLimit, Line, pageOf, Why } from './wire.ts';

export const CallerPath = z.object({ facility: FacilityId, caller: CallerId });

/** So many calls a day. */
export const CallsADay = z.int().min(1).max(99);
/** How long somebody waits after a call: 1 minute to 24 hours, in milliseconds. */
export const Wait = Millis.min(60_000).max(86_400_000);

/** A caller as staff see him: of his PIN not even the hash. */
export const Caller = z.strictObject({
  caller: CallerId,
  name: z.string(),
  language: Language.nullable(),
  /** Where he is housed; null: not known. */
  unit: UnitId.nullable(),
  /** How long his calls may last; null: no limit of his own. */
  limit_ms: Millis.nullable(),
  hours: Hours.nullable(),
  /** So many calls he may have a day; null: as many as he likes. */
  calls_a_day: z.int().nullable(),
  /** How long he waits after a call; null: not at all. */
  wait_ms: Millis.nullable(),
  suspended: z.boolean(),
  /** He has left: no PIN opens anything in his name. */
  released: z.boolean(),
});
export type Caller = z.infer<typeof Caller>;

export const Callers = pageOf(Caller);

/** One caller with his own list, and whether it is known how he says his name. */
export const CallerAndList = Caller.extend({ name_recorded: z.boolean(), numbers: z.array(ListedNumber) });

/** Somebody who comes; without `caller` his id is made. */
export const Admission = z.strictObject({
  caller: CallerId.optional(),
  name: Line(120),
  language: Language.nullable().default(null),
  unit: UnitId.nullable().default(null),
  limit_ms: CallLimit.nullable().default(null),
  hours: Hours.nullable().default(null),
  calls_a_day: CallsADay.nullable().default(null),
  wait_ms: Wait.nullable().default(null),
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
  calls_a_day: CallsADay.nullable().exactOptional(),
  wait_ms: Wait.nullable().exactOptional(),
});

/** Where he is housed from now on; null: nowhere that is known. */
export const Move = z.strictObject({ unit: UnitId.nullable(), why: Why });
export const Moved = z.strictObject({ caller: CallerId, unit: UnitId.nullable() });

export const CallerDeed = z.strictObject({ why: Why });
export const Suspended = z.strictObject({ caller: CallerId, suspended: z.boolean() });

/** He has left: what his own account still has is his, and is to be paid out to him. */
export const Released = z.strictObject({ caller: CallerId, balance: Amount, erased: z.boolean() });
