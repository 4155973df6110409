import type { GeneratedAlways } from 'kysely';
import type { WaiverReason } from '../../../protocol/api/voices.ts';
import type { VoiceOutcome } from '../../../protocol/call.ts';
import type { CallerId, CallId, FacilityId, Instant, Language, TerminalId } from '../../../protocol/units.ts';

/** Whose a voice is. */
export interface Owner {
  readonly facility: FacilityId;
  readonly caller: CallerId;
}

interface Voiceprints {
  facility: FacilityId;
  caller: CallerId;
  /** Encrypted under a key that the database has not. */
  template: Buffer;
  made: Instant;
  /** When somebody was last accepted by it. */
  used: Instant;
}

interface VoiceConsents {
  id: GeneratedAlways<number>;
  facility: FacilityId;
  caller: CallerId;
  at: Instant;
  agreed: boolean;
  /** Version of the notice, and every word that was read. */
  notice: number;
  language: Language;
  text: string;
  terminal: TerminalId;
  call: CallId;
}

/** A lifted one stays, with who and why. */
interface VoiceWaivers {
  id: GeneratedAlways<number>;
  facility: FacilityId;
  caller: CallerId;
  reason: WaiverReason;
  at: Instant;
  by: string;
  why: string | null;
  lifted: Instant | null;
  lifted_by: string | null;
  lifted_why: string | null;
}

/** Staff had him asked anew: a no of before does not count any more. */
interface VoiceAnew {
  facility: FacilityId;
  caller: CallerId;
  at: Instant;
  by: string;
  why: string;
}

/** What is asked of a voice in one call. */
interface VoiceChecks {
  facility: FacilityId;
  terminal: TerminalId;
  call: CallId;
  caller: CallerId;
  task: 'verify' | 'enrol';
  at: Instant;
  /** Encrypted: what was heard so far. Null: it is over, or was forgotten. */
  under_way: Buffer | null;
  outcome: VoiceOutcome | null;
}

/** What was made of a voice, whatever that led to. */
export type TryResult = 'accepted' | 'refused' | 'unjudged' | 'enrolled' | 'declined' | 'failed';

/** One check that is over: figures, nothing that a voice could be known by. */
interface VoiceTries {
  id: GeneratedAlways<number>;
  facility: FacilityId;
  caller: CallerId;
  terminal: TerminalId;
  call: CallId;
  at: Instant;
  task: 'verify' | 'enrol';
  result: TryResult;
  outcome: VoiceOutcome;
  /** Natural logarithms. */
  ratio: number | null;
  threshold: number | null;
  answers: number;
  /** Speech in all of them. */
  seconds: number | null;
  /** Of the worst, dB. */
  snr: number | null;
  why: string | null;
}

/** Why a voiceprint was destroyed. */
export type ErasureReason = 'released' | 'withdrawn' | 'unused' | 'anew';

interface VoiceErasures {
  id: GeneratedAlways<number>;
  facility: FacilityId;
  caller: CallerId;
  why: ErasureReason;
  at: Instant;
  by: string;
  note: string | null;
  made: Instant;
  used: Instant;
}

/** How a caller says his name. */
interface SpokenNames {
  facility: FacilityId;
  caller: CallerId;
  /** Encrypted as prints are. */
  sound: Buffer;
  at: Instant;
}

/** A rate of false accepts fitted to a site; the latest that was not undone is in force for the rate that it was made for. */
interface VoiceAdaptations {
  id: GeneratedAlways<number>;
  facility: FacilityId;
  at: Instant;
  by: string;
  set_rate: number;
  seen_rate: number;
  used_rate: number;
  pairs: number;
  undone: Instant | null;
  undone_by: string | null;
  undone_why: string | null;
}

/** What the room of voiceprints writes. */
export interface VoiceprintsTables {
  voiceprints: Voiceprints;
  voice_consents: VoiceConsents;
  voice_waivers: VoiceWaivers;
  voice_anew: VoiceAnew;
  voice_checks: VoiceChecks;
  voice_tries: VoiceTries;
  voice_erasures: VoiceErasures;
  spoken_names: SpokenNames;
  voice_adaptations: VoiceAdaptations;
}
