import { z } from 'zod';
import { CallRecord, EndingReason, OtherVoice } from '../call.ts';
import { CallerId, CallId, Dollars, FacilityId, PhoneNumber, TerminalId, UnitId } from '../units.ts';
import { Amount, Flag, Line, Moment, MomentAsked, Paging, pageOf } from './wire.ts';

export const RecordPath = z.object({ facility: FacilityId, terminal: TerminalId, call: CallId });

const { phases, redirections, voice, quality } = CallRecord.shape;
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One lift of a handset, as the asker may see it. */
export const LiftRecord = CallRecord.omit({ hidden: true, cover: true }).extend({
  phases: z.array(phases.element.extend({ at: Moment })),
  lifted: Moment,
  answered: Moment.nullable(),
  accepted: Moment.nullable(),
  ended: Moment,
  /** Milliseconds from acceptance to the end. */
  talked: CallRecord.shape.talked,
  /** A rate is money a minute of talk. */
  charge: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('free') }),
      z.strictObject({ kind: z.enum(['prepaid', 'debit']), rate: Amount, balance: Amount }),
    ])
    .nullable(),
  quality: quality.unwrap(),
  redirections: z.array(redirections.unwrap().element.extend({ at: Moment })),
  voice: voice
    .unwrap()
    .extend({
      others: z.array(OtherVoice.extend({ since: Moment, until: Moment.nullable() })),
    })
    .exactOptional(),
  /** A tip line. */
  hidden: z.boolean(),
  charged: Amount,
  /** The caller's. */
  name: z.string().nullable(),
  /** What was dialled where no call came of it: a number, else the digits as they were keyed. */
  dialled: z.string().nullable(),
  /** What the phone says otherwise than the platform knows; times in milliseconds since 1970. */
  differs: z.array(
    z.strictObject({
      field: z.string(),
      phone: value,
      platform: z.union([value, z.strictObject({ from: z.number(), to: z.number() })]),
    }),
  ),
});
export type LiftRecord = z.infer<typeof LiftRecord>;
export const Records = pageOf(LiftRecord);

/** Which records are wanted. */
export const RecordQuery = z.strictObject({
  terminal: TerminalId.optional(),
  unit: UnitId.optional(),
  caller: CallerId.optional(),
  name: Line(100).optional().describe("stands somewhere in the caller's name"),
  number: PhoneNumber.optional().describe('called, or dialled and refused'),
  dialled: z
    .string()
    .regex(/^\d{1,20}$/, 'digits are wanted, as they were keyed')
    .optional()
    .describe('digits that are no number, as 911, dialled and refused'),
  kind: CallRecord.shape.kind.optional(),
  ending: EndingReason.optional(),
  privileged: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  talked: z.coerce.number().pipe(z.int().min(0)).optional().describe('so many milliseconds or more'),
  charged: Dollars.optional().describe('so many dollars or more'),
  from: MomentAsked.optional().describe('lifted then or later'),
  to: MomentAsked.optional().describe('lifted before'),
  differs: Flag.describe('true: those alone whose phone says otherwise than the platform knows'),
});
export type RecordQuery = z.output<typeof RecordQuery>;

/** Which records are wanted, in pieces; newest first. */
export const RecordFilter = RecordQuery.extend(Paging.shape);
