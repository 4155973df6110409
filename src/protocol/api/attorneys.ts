import { z } from 'zod';
import { FacilityId, PhoneNumber } from '../units.ts';
import { WishState } from './numbers.ts';
import { Line, Moment, NumberedPaging, pageOf, Why } from './wire.ts';

/** What an attorney says of himself, so that calls to his number are private. */
export const AttorneyWish = z.strictObject({
  number: PhoneNumber,
  name: Line(120),
  /** Number at the bar, and the state's, as `IL 6301234`. */
  bar: Line(60),
  firm: Line(120).nullable().default(null),
  email: z.email().max(254),
});

/** The same whoever asks, and whatever is known of the number. */
export const AttorneyAsked = z.strictObject({ asked: z.literal(true) });

/** An attorney who has asked. */
export const Attorney = AttorneyWish.extend({
  id: z.int(),
  firm: z.string().nullable(),
  asked: Moment,
  /** From where, as an address of the network. */
  origin: z.string(),
  state: WishState,
  decided: Moment.nullable(),
  decided_by: z.string().nullable(),
  decided_why: z.string().nullable(),
});
export type Attorney = z.infer<typeof Attorney>;
export const Attorneys = pageOf(Attorney);
export const AttorneyFilter = NumberedPaging.extend({ state: WishState.default('open') });
export const AttorneyPath = z.object({ facility: FacilityId, attorney: z.coerce.number().pipe(z.int().min(1)) });
/** How it is known that he is one, or why not. */
export const AttorneyDeed = z.strictObject({ why: Why });
