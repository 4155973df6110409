import { z } from 'zod';
import { CallerId, FacilityId, Language, Millis } from '../units.ts';
import { Hours } from './hours.ts';
import { ListedNumber } from './numbers.ts';
import { pageOf } from './wire.ts';

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
