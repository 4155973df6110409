import type { AuthoriseReply, EndReply, ExtendReply, IdentifyReply } from './messages.ts';
import type { Pin } from './pin.ts';
import type { SpokenName } from './spoken-name.ts';
import type { Language, Millis } from './units.ts';
import type { Voice } from './voice.ts';
import type { Cannot, VoiceReply } from './voice-check.ts';

/** What came of listening to an answer. */
export type Heard =
  | { kind: 'answer'; voice: Voice }
  | { kind: 'name'; name: SpokenName }
  | { kind: 'silent' }
  | { kind: 'unjudged'; reason: Cannot };

/** What is told of a caller's voice, before it is sealed. */
export type Telling =
  | Heard
  | { kind: 'consent'; agreed: boolean; notice: number; language: Language }
  | { kind: 'windows'; voice: Voice };

/** What a terminal asks of the platform in the course of a call, before the PIN is sealed and an envelope put round it. */
export type Ask =
  | { type: 'identify'; pin: Pin }
  | { type: 'authorise'; dialled: string }
  | { type: 'extend'; used: Millis }
  | { type: 'end'; used: Millis }
  | { type: 'voice'; telling: Telling }
  /** How the caller says his name, for the greeting of the call that was granted. */
  | { type: 'name' };

/** What the platform answers in the course of a call, opened where it was sealed. */
export type Reply =
  | IdentifyReply
  | AuthoriseReply
  | ExtendReply
  | EndReply
  | VoiceReply
  /** Null where there is none any more. */
  | { type: 'name'; result: 'name'; name: SpokenName | null };
