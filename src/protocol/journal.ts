import { z } from 'zod';
import { CallRecord, Cover, Grant, VoiceLog } from './call.ts';
import { SignedRecord } from './messages.ts';
import { CallerId, CallId, Instant, Language, PhoneNumber } from './units.ts';

/**
 * What a terminal writes down as it happens. Each entry is on the disk before anything that follows from
 * it is done, so that after a power cut there is enough to make the record of a lift that never ended.
 */
export const JournalEntry = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('lifted'), call: CallId, at: Instant }),
  z.strictObject({
    type: z.literal('dialled'),
    call: CallId,
    at: Instant,
    kind: z.enum(['call', 'hotline']),
    language: Language,
    caller: CallerId.nullable(),
    number: PhoneNumber,
    /** Null for a hotline: nothing was asked. */
    grant: Grant.nullable(),
    hidden: z.boolean(),
    privileged: z.boolean(),
    cover: Cover.exactOptional(),
  }),
  /** What came of asking for the caller's voice, or who was heard since. */
  z.strictObject({ type: z.literal('voice'), call: CallId, at: Instant, voice: VoiceLog }),
  z.strictObject({ type: z.literal('accepted'), call: CallId, at: Instant }),
  /** Still talking: after a power cut no later second is charged. */
  z.strictObject({ type: z.literal('talking'), call: CallId, at: Instant }),
  /** `held`: it is not sent before the handset is down. */
  z.strictObject({ type: z.literal('record'), record: CallRecord, held: z.literal(true).exactOptional() }),
  /** What is told in place of a tip line's record, which goes out with it. Where something else is written at that moment, it is told there. */
  z.strictObject({ type: z.literal('cover'), call: CallId, at: Instant, cover: Cover }),
  /** The handset is down: what was held is sent. */
  z.strictObject({ type: z.literal('down'), call: CallId, at: Instant, cover: Cover.exactOptional() }),
  /** The platform has stored the record: it need not be sent again. */
  z.strictObject({ type: z.literal('confirmed'), call: CallId }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

/** A record that is held: it is signed, with what covers it, when it is to be sent. */
const Held = z.strictObject({ type: z.literal('held'), call: CallId, record: CallRecord });

const Signed = z.strictObject({ type: z.literal('signed'), ...SignedRecord.shape });

/** A line of the journal. A record without a signature is of a version that did not sign. */
export const JournalLine = z.discriminatedUnion('type', [...JournalEntry.options, Held, Signed]);
export type JournalLine = z.infer<typeof JournalLine>;

/** An entry as it is kept: a record as the phone's own word. */
export type KeptEntry = Exclude<JournalLine, { type: 'record' }>;
