import { z } from 'zod';
import { Against, Charge, EndingReason, Grant, OtherVoice, Phase, Refusal } from './call.ts';
import { Diagnosis } from './finding.ts';
import { Lockdown } from './lockdown.ts';
import { SelfTestProgress, TestSummary } from './self-test.ts';
import { CallerId, CallId, FacilityId, Instant, Language, Millis, PhoneNumber, TerminalId, UnitId } from './units.ts';
import { VoiceReply, VoiceRequest, VoiceTask } from './voice-check.ts';

/** A message older than its `exp` is dropped; an answer names in `re` what it answers. */
const envelope = { v: z.literal(1), id: z.uuid(), at: Instant };

// ---- terminal -> platform: requests ------------------------------------------------------------

export const IdentifyRequest = z.strictObject({
  type: z.literal('identify'),
  call: CallId,
  /** The PIN, and with it the secret of the call, encrypted to the platform's key (compact JWE): on no topic in the clear. */
  sealedPin: z.string().max(2_000),
});

/** RFC 8506 INITIAL_REQUEST, request number 0. */
export const AuthoriseRequest = z.strictObject({
  type: z.literal('authorise'),
  call: CallId,
  /** As keyed by the caller; the platform makes the E.164 number of it. */
  dialled: z.string().regex(/^\d{1,20}$/),
});

/** RFC 8506 UPDATE_REQUEST: talk used so far, more wanted. */
export const ExtendRequest = z.strictObject({
  type: z.literal('extend'),
  call: CallId,
  request: z.int().positive(),
  used: Millis,
});

/**
 * RFC 8506 TERMINATION_REQUEST: a granted call has ended. The record, which is durable, says the same: this is sent where that is
 * rejected, or neither goes out nor is confirmed in time.
 */
const EndRequest = z.strictObject({
  type: z.literal('end'),
  call: CallId,
  request: z.int().positive(),
  used: Millis,
});

/** How the caller of a call that was granted says his name. */
const NameRequest = z.strictObject({ type: z.literal('name'), call: CallId });

export const PlatformRequest = z.discriminatedUnion('type', [
  IdentifyRequest,
  AuthoriseRequest,
  ExtendRequest,
  EndRequest,
  VoiceRequest,
  NameRequest,
]);
export type PlatformRequest = z.infer<typeof PlatformRequest>;

/** `tierphone/v1/<facility>/terminals/<id>/requests` */
export const RequestMessage = z.strictObject({ ...envelope, exp: Instant, body: PlatformRequest });
export type RequestMessage = z.infer<typeof RequestMessage>;

// ---- platform -> terminal: replies -------------------------------------------------------------

export const IdentifyReply = z.discriminatedUnion('result', [
  z.strictObject({
    type: z.literal('identify'),
    result: z.literal('known'),
    caller: CallerId,
    language: Language.nullable(),
    /** Nothing is asked of his voice where the facility does not ask, he has a waiver, or he said no where it is not needed. */
    voice: VoiceTask.exactOptional(),
  }),
  z.strictObject({ type: z.literal('identify'), result: z.literal('wrong') }),
  z.strictObject({ type: z.literal('identify'), result: z.literal('locked'), retryAfter: Millis }),
  z.strictObject({ type: z.literal('identify'), result: z.literal('refused'), reason: Refusal }),
]);
export type IdentifyReply = z.infer<typeof IdentifyReply>;

export const AuthoriseReply = z.discriminatedUnion('result', [
  z.strictObject({ type: z.literal('authorise'), result: z.literal('granted'), grant: Grant }),
  z.strictObject({ type: z.literal('authorise'), result: z.literal('refused'), reason: Refusal }),
]);
export type AuthoriseReply = z.infer<typeof AuthoriseReply>;

export const ExtendReply = z.discriminatedUnion('result', [
  z.strictObject({ type: z.literal('extend'), result: z.literal('granted'), grant: Grant }),
  z.strictObject({ type: z.literal('extend'), result: z.literal('refused'), reason: Refusal }),
]);
export type ExtendReply = z.infer<typeof ExtendReply>;

export const EndReply = z.strictObject({
  type: z.literal('end'),
  result: z.literal('ended'),
  charge: Charge.nullable(),
});
export type EndReply = z.infer<typeof EndReply>;

/** Null where there is none any more, or the phone gave no secret with the PIN. */
export const NameReply = z.strictObject({
  type: z.literal('name'),
  result: z.literal('name'),
  sound: z
    .string()
    .max(40_000)
    .nullable()
    .describe(
      'Encrypted under the secret of the call (compact JWE, alg dir, typ tierphone-told-name): on no topic in the clear.',
    ),
});
export type NameReply = z.infer<typeof NameReply>;

/** The platform's own confirmation that a record is stored: only then may the terminal forget it. */
export const RecordReply = z.strictObject({
  type: z.literal('record'),
  result: z.enum(['stored', 'rejected']),
  call: CallId,
});
export type RecordReply = z.infer<typeof RecordReply>;

/** The platform could not make sense of a request: never an answer of yes. */
const ErrorReply = z.strictObject({
  type: z.literal('error'),
  result: z.literal('error'),
  detail: z.string().max(300),
});

export const PlatformReply = z.union([
  IdentifyReply,
  AuthoriseReply,
  ExtendReply,
  EndReply,
  VoiceReply,
  NameReply,
  RecordReply,
  ErrorReply,
]);
export type PlatformReply = z.infer<typeof PlatformReply>;

/**
 * What a compact JWS by the platform's key carries on `tierphone/v1/<facility>/terminals/<id>/replies`: whoever has the broker can
 * neither make one nor use one again, for another request, call or phone.
 */
export const ReplyMessage = z.strictObject({
  ...envelope,
  re: z.uuid(),
  exp: Instant,
  facility: FacilityId,
  terminal: TerminalId,
  /** The call that was asked about; null where the question could not be read. */
  call: CallId.nullable(),
  body: PlatformReply,
});
export type ReplyMessage = z.infer<typeof ReplyMessage>;

/** The record of a lift as its phone signed it when it was written down. */
export const SignedRecord = z.strictObject({
  call: CallId,
  jws: z
    .string()
    .max(32_768)
    .describe(
      'Compact JWS (RFC 7515): alg Ed25519, typ tierphone-record, jwk the phone\'s public key, kid its thumbprint (RFC 7638); payload {"aud":"tierphone-platform","content":CallRecord}.',
    ),
});
export type SignedRecord = z.infer<typeof SignedRecord>;

/** `tierphone/v1/<facility>/terminals/<id>/records` */
export const RecordMessage = z.strictObject({ ...envelope, body: SignedRecord });
export type RecordMessage = z.infer<typeof RecordMessage>;

// ---- terminal -> everyone: status and events ---------------------------------------------------

export const FAULTS = ['keypad', 'handset-audio', 'storage', 'tamper'] as const;
export const Fault = z.enum(FAULTS);
export type Fault = z.infer<typeof Fault>;

export const TerminalStatus = z.discriminatedUnion('online', [
  z.strictObject({
    online: z.literal(true),
    /** Counts births: a will left behind by an earlier life is told by its lower number. */
    birth: z.int().nonnegative(),
    unit: UnitId,
    hook: z.enum(['on', 'off']),
    phase: Phase,
    call: CallId.nullable(),
    lockdown: Lockdown,
    registration: z.enum(['registered', 'unregistered', 'not-used']),
    faults: z.array(Fault),
    version: z.string(),
    /** Sequence of the last order obeyed, by `issuer scope`. */
    orders: z.record(z.string(), z.int()),
    /** The set of keys by which orders are obeyed, 0 before one has come, and how many it knows to be revoked; of fixed keys nothing. */
    keys: z.strictObject({ sequence: z.int().nonnegative(), revoked: z.int().nonnegative() }).exactOptional(),
    /** The facility's settings that it has, 0 before any came, and its list of hotlines that came so. */
    settings: z.strictObject({ sequence: z.int().nonnegative(), hotlines: z.int().nonnegative() }).exactOptional(),
    /** Bad inputs counted since start, by edge. */
    counters: z.record(z.string(), z.int()),
    recordsWaiting: z.int().nonnegative(),
    /** Its last self-test; none before the first. */
    test: TestSummary.exactOptional(),
    /** Somebody else has the handset, as far as can be heard. */
    otherVoice: OtherVoice.exactOptional(),
    /** While the parties talk: since when, until when at most, and how they hear each other (MOS to the half; null: not known yet). */
    talk: z
      .strictObject({ accepted: Instant, ends: Instant, mos: z.number().min(1).max(5).nullable() })
      .exactOptional(),
    /** After a call, until the handset is down: why it ended, or was not to be. */
    ending: EndingReason.exactOptional(),
  }),
  z.strictObject({
    online: z.literal(false),
    birth: z.int().nonnegative(),
    unit: UnitId.exactOptional(),
    /** A will: its `at` is when the link came up, not when it was lost. */
    lost: z.literal(true).exactOptional(),
  }),
]);
export type TerminalStatus = z.infer<typeof TerminalStatus>;

/** `tierphone/v1/<facility>/terminals/<id>/status`, retained, and the will */
export const StatusMessage = z.strictObject({ ...envelope, body: TerminalStatus });
export type StatusMessage = z.infer<typeof StatusMessage>;

export const TerminalEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('fault'), fault: Fault, state: z.enum(['raised', 'cleared']), detail: z.string() }),
  /** Another client speaks at the broker as this phone. */
  z.strictObject({ type: z.literal('second-client'), detail: z.string().max(300) }),
  z.strictObject({ type: z.literal('order-refused'), topic: z.string(), reason: z.string() }),
  /** A command was obeyed, or not; `order-refused` says so of one that is not to be believed. */
  z.strictObject({
    type: z.literal('command'),
    command: z.string().max(40),
    issuer: z.string().max(64),
    sequence: z.int(),
    outcome: z.enum(['obeyed', 'refused']),
    detail: z.string().max(300),
  }),
  /** How a self-test stands; not kept for later where there is no link. */
  z.strictObject({ type: z.literal('self-test'), progress: SelfTestProgress }),
  /** A self-test is over: compact JWS by the terminal's key over its `SelfTestResult`. Published until a broker has it. */
  z.strictObject({ type: z.literal('self-test-result'), jws: z.string().max(32_768) }),
  z.strictObject({ type: z.literal('diagnosis'), diagnosis: Diagnosis }),
  /** A technician's code was keyed at the handset. */
  z.strictObject({
    type: z.literal('maintenance'),
    state: z.enum(['entered', 'refused']),
    detail: z.string().max(300),
  }),
  /** Somebody else took the handset in a call, or the caller has it again. */
  z.strictObject({
    type: z.literal('voice'),
    state: z.enum(['other', 'same']),
    call: CallId,
    since: Instant,
    ratio: z.number(),
    against: Against,
  }),
  z.strictObject({ type: z.literal('started'), version: z.string(), recovered: z.int().nonnegative() }),
]);
export type TerminalEvent = z.infer<typeof TerminalEvent>;

/** `tierphone/v1/<facility>/terminals/<id>/events` */
export const EventMessage = z.strictObject({ ...envelope, body: TerminalEvent });
export type EventMessage = z.infer<typeof EventMessage>;

/** A number the terminal may dial without asking: the signed list that works offline. */
export const Hotline = z.strictObject({
  /** What the caller keys: a star and two or three digits. */
  code: z.string().regex(/^\*\d{2,3}$/, 'a hotline code is a star and two or three digits, as *77'),
  number: PhoneNumber,
  limit: Millis,
  /** A tip line: its record is not for ordinary staff. */
  hidden: z.boolean(),
  privileged: z.boolean(),
});
export type Hotline = z.infer<typeof Hotline>;

export const HotlineList = z.strictObject({
  facility: FacilityId,
  sequence: z.int().positive(),
  hotlines: z.array(Hotline).max(20),
});
export type HotlineList = z.infer<typeof HotlineList>;
