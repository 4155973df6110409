import { z } from 'zod';
import { CallerId, FacilityId, Millis, PhoneNumber } from '../units.ts';
import { Pattern } from './pattern.ts';
import { CallLimit, Flag, Line, Moment, NumberedPaging, pageOf, Why } from './wire.ts';

/** An entry of a caller's own list. */
export const ListedNumber = z.strictObject({
  number: PhoneNumber,
  /** Attorney, clergy, consulate. */
  privileged: z.boolean(),
  free: z.boolean(),
  limit_ms: Millis.nullable(),
  digits: z.enum(['pass', 'block']),
  recorded: z.boolean(),
  overrides_block: z.boolean(),
});

export const ListedPath = z.object({ facility: FacilityId, caller: CallerId, number: PhoneNumber });

/** What a number is to one caller; `why`: how it is known, where it is privileged. */
export const Listing = z.strictObject({
  privileged: z.boolean().default(false),
  free: z.boolean().default(false),
  limit_ms: CallLimit.nullable().default(null),
  digits: z.enum(['pass', 'block']).default('block'),
  recorded: z.boolean().default(true),
  overrides_block: z.boolean().default(false),
  why: Why,
});
export const Unlisting = z.strictObject({ why: Why });
export const Unlisted = z.strictObject({ number: PhoneNumber, listed: z.literal(false) });

export const BlockPath = z.object({ facility: FacilityId, block: z.coerce.number().pipe(z.int().min(1)) });

export const BlockKind = z.enum(['facility', 'security', 'billing', 'called-party']);

/** What is not to be called, or was not. */
export const Block = z.strictObject({
  id: z.int(),
  /** `?` is any digit, a final `*` any rest. */
  pattern: z.string(),
  kind: BlockKind,
  /** Whose calls alone it stops; null: everybody's. */
  caller: CallerId.nullable(),
  note: z.string().nullable(),
  created: Moment,
  created_by: z.string(),
  lifted: Moment.nullable(),
  lifted_by: z.string().nullable(),
  lifted_why: z.string().nullable(),
});
export const Blocks = pageOf(Block);
export const BlockFilter = NumberedPaging.extend({
  lifted: Flag.describe('true: those that were lifted; otherwise those in force'),
});

/** What nobody here is to call. */
export const Blocking = z.strictObject({
  pattern: Pattern,
  kind: BlockKind.exclude(['called-party']),
  note: Line(500).describe('why it is blocked'),
});

/** At whose wish, and how that was made sure of. */
export const Lift = z.strictObject({ why: Why });
export const Lifted = z.strictObject({ id: z.int(), lifted: Moment });
