import { z } from 'zod';
import { VoiceOutcome } from '../call.ts';
import { CallerId, CallId, Language, TerminalId } from '../units.ts';
import { Flag, Moment, NumberedPaging, Paging, pageOf, Why } from './wire.ts';

/** Why a caller's voice is not asked for. */
export const WaiverReason = z.enum(['speech', 'hearing', 'language', 'tty']);
export type WaiverReason = z.infer<typeof WaiverReason>;

/** How a caller stands with his voice. */
export const VoiceState = z.enum(['enrolled', 'waived', 'declined', 'none']);
export type VoiceState = z.infer<typeof VoiceState>;

/** A caller's voice as staff see it: nothing of the print itself. */
export const CallerVoice = z.strictObject({
  caller: CallerId,
  name: z.string(),
  state: VoiceState,
  made: Moment.nullable(),
  used: Moment.nullable(),
  waived: WaiverReason.nullable(),
  /** Checks of the last 30 days, by how they were judged; `flagged`: those that went on all the same. */
  accepted: z.int(),
  refused: z.int(),
  unjudged: z.int(),
  flagged: z.int(),
  /** Refused too often of late. */
  help: z.boolean(),
});
export type CallerVoice = z.infer<typeof CallerVoice>;
export const CallerVoices = pageOf(CallerVoice);

export const VoiceFilter = Paging.extend({
  state: VoiceState.optional(),
  flagged: Flag,
  help: Flag.describe('true: those who are refused too often'),
});

/** A print that was destroyed. */
export const Erasure = z.strictObject({
  id: z.int(),
  caller: CallerId,
  why: z.enum(['released', 'withdrawn', 'unused', 'anew']),
  at: Moment,
  by: z.string(),
  note: z.string().nullable(),
  made: Moment,
  used: Moment,
});
export type Erasure = z.infer<typeof Erasure>;
export const Erasures = pageOf(Erasure);
export const ErasureFilter = NumberedPaging;

/** What one was read and said, and his checks in figures. */
export const OneVoice = CallerVoice.extend({
  consents: z.array(
    z.strictObject({
      ...{ at: Moment, agreed: z.boolean(), notice: z.int(), language: Language, text: z.string() },
      ...{ terminal: TerminalId, call: CallId },
    }),
  ),
  waivers: z.array(
    z.strictObject({
      ...{ reason: WaiverReason, at: Moment, by: z.string(), why: z.string().nullable() },
      ...{ lifted: Moment.nullable(), lifted_by: z.string().nullable(), lifted_why: z.string().nullable() },
    }),
  ),
  tries: z.array(
    z.strictObject({
      ...{ at: Moment, terminal: TerminalId, call: CallId, task: z.enum(['verify', 'enrol']) },
      result: z.enum(['accepted', 'refused', 'unjudged', 'enrolled', 'declined', 'failed']),
      outcome: VoiceOutcome,
      ...{ ratio: z.number().nullable(), threshold: z.number().nullable(), answers: z.int() },
      ...{ seconds: z.number().nullable(), snr: z.number().nullable(), why: z.string().nullable() },
    }),
  ),
  erasures: z.array(Erasure),
});
export type OneVoice = z.infer<typeof OneVoice>;

const Rate = z.strictObject({
  ...{ seen: z.int(), of: z.int(), rate: z.number().nullable() },
  /** What it may well be in truth (95%). */
  ...{ low: z.number(), high: z.number() },
});

const Fit = z.strictObject({
  ...{ id: z.int(), at: Moment, by: z.string(), pairs: z.int() },
  ...{ set_rate: z.number(), seen_rate: z.number(), used_rate: z.number() },
  ...{ undone: Moment.nullable(), undone_by: z.string().nullable(), undone_why: z.string().nullable() },
});
export type Fit = z.infer<typeof Fit>;

export const RatesSpan = z.strictObject({
  days: z.coerce.number().pipe(z.int().min(1).max(365)).default(30),
});

/** How often checks err, as far as the site can know that. */
export const VoiceRates = z.strictObject({
  days: z.int(),
  checks: z.strictObject({ accepted: z.int(), refused: z.int(), unjudged: z.int() }),
  flagged: z.int(),
  misses: Rate,
  unjudged: Rate,
  falseAccepts: z.strictObject({ set: z.number().nullable(), adapts: z.boolean(), fits: z.array(Fit) }),
});
export type VoiceRates = z.infer<typeof VoiceRates>;

/** At whose wish, or why. */
export const VoiceDeed = z.strictObject({ why: Why });
export const Waiving = VoiceDeed.extend({ reason: WaiverReason });
export const Waived = z.strictObject({ caller: CallerId, waived: WaiverReason.nullable() });
export const Erased = z.strictObject({ caller: CallerId, erased: z.boolean() });
export const Fits = z.strictObject({ fits: z.array(Fit) });
