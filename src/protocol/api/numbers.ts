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
  /** Who put it there. */
  added_by: z.string(),
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

const BlockKind = z.enum(['facility', 'security', 'billing', 'called-party']);

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
  kind: BlockKind.optional(),
  caller: CallerId.optional().describe("those alone that stop his calls and nobody else's"),
  lifted: Flag.describe('true: those that were lifted; otherwise those in force'),
});

/** What nobody here is to call; `caller`: what he alone is not to. */
export const Blocking = z.strictObject({
  pattern: Pattern,
  kind: BlockKind.exclude(['called-party']),
  caller: CallerId.nullable().default(null),
  note: Line(500).describe('why it is blocked'),
});

/** At whose wish, and how that was made sure of. */
export const Lift = z.strictObject({ why: Why });
export const Lifted = z.strictObject({ id: z.int(), lifted: Moment });

export const WishState = z.enum(['open', 'approved', 'declined']);
export type WishState = z.infer<typeof WishState>;

/** A number that a caller dialled in vain, and by that asked for. */
export const Wish = z.strictObject({
  id: z.int(),
  caller: CallerId,
  number: PhoneNumber,
  /** How often he dialled it. */
  times: z.int(),
  first_asked: Moment,
  last_asked: Moment,
  state: WishState,
  decided: Moment.nullable(),
  decided_by: z.string().nullable(),
  decided_why: z.string().nullable(),
});
export type Wish = z.infer<typeof Wish>;
export const Wishes = pageOf(Wish);
export const WishFilter = NumberedPaging.extend({
  state: WishState.default('open'),
  caller: CallerId.optional(),
});
export const WishPath = z.object({ facility: FacilityId, wish: z.coerce.number().pipe(z.int().min(1)) });
export const Declining = z.strictObject({ why: Why });

/** How the lists of a facility are filled, beside by staff. */
export const NumberRules = z.strictObject({
  /** What a caller dials in vain is asked of staff. */
  wishes: z.boolean(),
  /** A number that a caller reaches goes on his list while that has fewer than so many; 0: none does. */
  learns: z.int().min(0).max(100),
});
export const NewRules = NumberRules.extend({ why: Why });

/** Numbers for many lists, as a table (RFC 4180) with a line of names: `caller`, `number`, and any of `privileged`, `free`, `minutes`, `digits`, `recorded`, `overrides_block`. */
export const ListImport = z.strictObject({
  csv: z.string().min(1).max(60_000),
  /** Tells what it would change, and changes nothing. */
  dry_run: z.boolean().default(false),
  why: Why,
});
export const ListsImported = z.strictObject({
  done: z.boolean(),
  /** What is new on a list, and what is otherwise than it was; what is as it should be is counted. */
  changes: z.array(
    z.strictObject({ line: z.int(), caller: CallerId, number: PhoneNumber, change: z.enum(['added', 'changed']) }),
  ),
  same: z.int(),
  /** Where there is one, nothing is done. */
  wrong: z.array(z.strictObject({ line: z.int(), why: z.string() })),
});
export type ListsImported = z.infer<typeof ListsImported>;
