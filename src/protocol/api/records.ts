import { z } from 'zod';
import { CallRecord, EndingReason, OtherVoice } from '../call.ts';
import { CallerId, CallId, FacilityId, PhoneNumber, TerminalId, UnitId } from '../units.ts';
import { Amount, Flag, Moment, MomentAsked, Paging, pageOf } from './wire.ts';

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

/** Which records are wanted; newest first. */
export const RecordFilter = Paging.extend({
  terminal: TerminalId.optional(),
  unit: UnitId.optional(),
  caller: CallerId.optional(),
  number: PhoneNumber.optional(),
  ending: EndingReason.optional(),
  from: MomentAsked.optional().describe('lifted then or later'),
  to: MomentAsked.optional().describe('lifted before'),
  differs: Flag.describe('true: those alone whose phone says otherwise than the platform knows'),
});
export type RecordFilter = z.infer<typeof RecordFilter>;
