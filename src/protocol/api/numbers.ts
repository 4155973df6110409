import { z } from 'zod';
import { CallerId, FacilityId, Millis, PhoneNumber } from '../units.ts';
import { Flag, Moment, NumberedPaging, pageOf, Why } from './wire.ts';

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

/** At whose wish, and how that was made sure of. */
export const Lift = z.strictObject({ why: Why });
export const Lifted = z.strictObject({ id: z.int(), lifted: Moment });
