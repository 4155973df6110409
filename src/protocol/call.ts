import { z } from 'zod';
import {
  CallerId,
  CallId,
  FacilityId,
  Instant,
  Language,
  Millis,
  Money,
  PhoneNumber,
  TerminalId,
  UnitId,
} from './units.ts';

/** Where a call stands, in the order in which a good call goes through. */
export const PHASES = [
  'idle',
  'language',
  'pin',
  'identifying',
  /** The caller proves by his voice that he is who his PIN says. */
  'verifying',
  /** The caller's voice is heard for the first time, where he agrees. */
  'enrolling',
  'number',
  'authorising',
  'dialling',
  'ringing',
  'greeting',
  'talking',
  /** A technician has the phone: no call can be made. */
  'maintenance',
  'ended',
] as const;
export const Phase = z.enum(PHASES);
export type Phase = z.infer<typeof Phase>;

/** What a call's length is bound by. The most restrictive wins and the record names it. */
export const BOUNDS = [
  'facility-limit',
  'unit-limit',
  'terminal-limit',
  'caller-limit',
  'number-limit',
  'hotline-limit',
  'hours',
  'balance',
  'quota',
] as const;
export const Bound = z.enum(BOUNDS);
export type Bound = z.infer<typeof Bound>;

/** Why the platform says no to a call, or to a caller. */
export const REFUSALS = [
  'number-invalid',
  'number-not-allowed',
  /** As before, and staff were asked to put it there. */
  'number-asked-for',
  'number-blocked',
  'no-account',
  'no-balance',
  'outside-hours',
  'caller-suspended',
  'caller-busy',
  /** He has had as many calls today as he may. */
  'no-calls-left',
  /** His last call ended less than his wait ago. */
  'too-soon',
  'not-identified',
  /** His voice is not that of whose PIN he keyed. */
  'voice-refused',
  /** As before, or it could not be judged: staff are to help. */
  'voice-staff',
  /** He did not agree to have his voice heard where calls need it. */
  'voice-needed',
] as const;
export const Refusal = z.enum(REFUSALS);
export type Refusal = z.infer<typeof Refusal>;

/** Why a lift of the handset came to its end. Each has a spoken reason, but for the one who hung up himself. */
const ENDINGS = [
  'caller-hung-up',
  'callee-hung-up',
  'time-up',
  'refused-by-callee',
  'blocked-by-callee',
  'not-accepted',
  'no-answer',
  'busy',
  'unreachable',
  'pin-wrong',
  'pin-locked',
  'caller-timeout',
  'platform-unreachable',
  'lockdown',
  'disabled',
  'hardware-fault',
  'network-fault',
  /** Nothing came from the called party any more, while the call stood. */
  'media-lost',
  'restarted',
  /** The handset was lifted for maintenance: there was no call. */
  'maintenance',
  /** Staff ended it. */
  'cut-off',
  /** Somebody else took the handset, and the facility ends such calls. */
  'voice-changed',
  ...REFUSALS,
] as const;
export const EndingReason = z.enum(ENDINGS);
export type EndingReason = z.infer<typeof EndingReason>;

/** Whose calls a called party wants no more: this caller's, or all of the facility. */
export const BlockScope = z.enum(['caller', 'facility']);
export type BlockScope = z.infer<typeof BlockScope>;

export const Ending = z.strictObject({
  reason: EndingReason,
  /** The phase the call was in when it ended. */
  during: Phase,
  /** With `time-up`: which limit it was. */
  bound: Bound.optional(),
  /** The final SIP status, where one ended it. */
  sip: z.int().min(100).max(699).optional(),
  /** With `blocked-by-callee`: whose calls. */
  blocks: BlockScope.optional(),
});
export type Ending = z.infer<typeof Ending>;

/** What the voice in a call was compared with. */
export const Against = z.enum(['enrolment', 'start-of-call']);
export type Against = z.infer<typeof Against>;

/** How a call is paid for. A rate is money a minute of talk. */
export const Charge = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({ kind: z.enum(['prepaid', 'debit']), rate: Money, balance: Money }),
]);
export type Charge = z.infer<typeof Charge>;

/** Leave to call, and for how long. Durations count from time zero, which is acceptance. */
export const Grant = z.strictObject({
  number: PhoneNumber,
  /** All talk granted so far in this call; later answers raise it, none lowers it. */
  quota: Millis,
  /** Null: more may be asked for. Otherwise the bound that makes this quota the last. */
  final: Bound.nullable(),
  /** All the talk that may come of this call as things stand, later quotas included: limits, hours and money together. */
  expected: Millis,
  /** Ask again before this much time has passed, even where quota is left (RFC 8506 Validity-Time). */
  validity: Millis,
  /** The moment at which the hours of caller, unit or facility end. */
  until: Instant.nullable(),
  charge: Charge,
  /** Attorney, clergy, consulate: never recorded, analysed or sampled. */
  privileged: z.boolean(),
  /** Recording off anywhere wins. */
  recorded: z.boolean(),
  /** The caller's voice is compared while he talks. Never of a privileged call. */
  watched: z.literal(true).exactOptional(),
  /** The caller has said his name: it can be asked for, to be played in the greeting. */
  named: z.literal(true).exactOptional(),
  /** Whether keys the caller presses while talking are sent to the far end. */
  digits: z.enum(['pass', 'block']),
});
export type Grant = z.infer<typeof Grant>;

/** Redirections kept of one call. */
export const MOST_REDIRECTIONS = 16;

const mos = z.number().min(1).max(5);
const part = z.number().min(0).max(1);
const span = z.number().min(0);

/** How well the parties heard each other, of the whole call unless said otherwise. */
export const Quality = z.strictObject({
  codec: z.string().max(32),
  encrypted: z.boolean(),
  /** Estimate by ITU-T G.107: of the last five seconds, the mean of all, and the worst five seconds. */
  mos: z.strictObject({ now: mos, mean: mos, least: mos }),
  /** Part of the far end's sound that never came, or too late to be heard. */
  loss: part,
  /** Interarrival jitter of the far end's packets, ms (RFC 3550 section 6.4.1). */
  jitter: span,
  /** From a packet's arrival to its turn, ms, at the end. */
  delay: span,
  /** To the far end and back, ms; null where it sent no RTCP. */
  roundTrip: span.nullable(),
  /** What the far end says of our sound, by RTCP. */
  far: z.strictObject({ loss: part, jitter: span }).nullable(),
});
export type Quality = z.infer<typeof Quality>;

/** How a call was, or was asked to be, sent elsewhere (SIP 181, History-Info, Diversion, 3xx, REFER). */
export const Redirection = z.enum(['forwarding', 'history', 'diversion', 'moved', 'transfer']);
export type Redirection = z.infer<typeof Redirection>;

/** What came of asking for the caller's voice before the call. */
export const VoiceOutcome = z.enum(['accepted', 'flagged', 'refused', 'enrolled', 'not-enrolled']);
export type VoiceOutcome = z.infer<typeof VoiceOutcome>;

/** Somebody else had the handset. */
export const OtherVoice = z.strictObject({
  since: Instant,
  /** Null: to the end of the call. */
  until: Instant.nullable(),
  /** How much likelier it was the caller than another (natural logarithm), at its least. */
  ratio: z.number(),
  against: Against,
});
export type OtherVoice = z.infer<typeof OtherVoice>;

/** Changes of voice kept of one call. */
export const MOST_VOICES = 16;

/** What is known of the caller's voice in one lift. */
export const VoiceLog = z.strictObject({
  outcome: VoiceOutcome.nullable(),
  others: z.array(OtherVoice).max(MOST_VOICES),
});
export type VoiceLog = z.infer<typeof VoiceLog>;

/**
 * What those who may not see a tip line are told of a lift in which one was called: an ordinary lift that came to nothing, as the phone
 * would have told it had there been no such line. It stands in the place of what is of the same name in the record.
 */
export const Cover = z.strictObject({
  language: Language.nullable(),
  /** Who had shown himself by his PIN before. */
  caller: CallerId.nullable(),
  phases: z.array(z.strictObject({ phase: Phase, at: Instant })).max(64),
  ended: Instant,
  ending: Ending,
});
export type Cover = z.infer<typeof Cover>;

/** What is known of one lift of the handset when it is over. Exactly one is written for each. */
export const CallRecord = z.strictObject({
  call: CallId,
  terminal: TerminalId,
  facility: FacilityId,
  unit: UnitId,
  kind: z.enum(['attempt', 'call', 'hotline']),
  language: Language.nullable(),
  caller: CallerId.nullable(),
  number: PhoneNumber.nullable(),
  /** Each phase and when it was entered, in order, `idle` left out. */
  phases: z.array(z.strictObject({ phase: Phase, at: Instant })).max(64),
  lifted: Instant,
  answered: Instant.nullable(),
  accepted: Instant.nullable(),
  ended: Instant,
  /** Talk from acceptance to the end: what is charged for. */
  talked: Millis,
  ending: Ending,
  charge: Charge.nullable(),
  /** Null where the far end was not heard for five seconds. */
  quality: Quality.nullable().default(null),
  /** What the network told of the call being sent elsewhere: evidence, never followed. */
  redirections: z
    .array(z.strictObject({ how: Redirection, to: z.string().max(64).nullable(), at: Instant }))
    .max(MOST_REDIRECTIONS)
    .default([]),
  /** Where something was asked of the caller's voice, or heard of another's. */
  voice: VoiceLog.exactOptional(),
  privileged: z.boolean(),
  /** A tip line: not shown to ordinary staff. */
  hidden: z.boolean(),
  /** Of a tip line: what ordinary staff are shown instead. */
  cover: Cover.exactOptional(),
});
export type CallRecord = z.infer<typeof CallRecord>;
