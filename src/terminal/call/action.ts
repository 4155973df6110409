import type { Ask } from '../../protocol/ask.ts';
import type { JournalEntry } from '../../protocol/journal.ts';
import type { TerminalEvent } from '../../protocol/messages.ts';
import type { Pin } from '../../protocol/pin.ts';
import type { SpokenName } from '../../protocol/spoken-name.ts';
import type { CallerId, CallId, Key, Language, Millis, PhoneNumber } from '../../protocol/units.ts';
import type { Clip } from './clip.ts';
import type { Timer } from './event.ts';
import type { CallRules } from './settings.ts';

/** Who hears something; `nobody`: it takes its time and is heard by none (`cover.ts`). */
export type Ear = 'caller' | 'callee' | 'both' | 'nobody';

/** A tone of the North American precise tone plan (ITU-T E.180 supplement 2). */
export type Tone = 'ringback' | 'busy' | 'reorder';

/** What the bench is asked for by a technician at the handset. */
export type Job =
  /** Is this the technician's code? */
  | { type: 'code'; code: Pin }
  /** `sound`: earpiece and microphone; `network`: can calls go out; `identity`: which phone is this, and where; `all`: every part that needs nobody. */
  | { type: 'sound' | 'network' | 'identity' | 'all' };

/** Everything the core can ask the world to do. Run in order, by one place. */
export type Action =
  /** Starts or restarts the timer of that name; its event carries `run`, which is new for each start in a call. */
  | { type: 'start-timer'; timer: Timer; call: CallId; run: number; after: Millis }
  | { type: 'stop-timer'; timer: Timer }
  | { type: 'say'; to: Ear; call: CallId; say: number; language: Language; clips: readonly Clip[] }
  /** Stops what is being said to an ear, and what was waiting to be. */
  | { type: 'hush'; to: Ear }
  /** A tone to the caller until the next tone, `say` to him, or null. */
  | { type: 'tone'; tone: Tone | null }
  /** Has what hears voices ready: an answer is going to be taken. */
  | { type: 'warm-voice' }
  /** Takes an answer from the microphone until it is over, told by `answer` of that number; null: none is wanted any more. */
  | { type: 'listen'; call: CallId; listen: number; take: 'answer' | 'name'; longest: Millis }
  | { type: 'listen'; call: CallId; listen: null }
  /** Has the caller's name as he says it, for `site/caller-…` in the greeting of this call; in memory and until the next. */
  | { type: 'keep-name'; caller: CallerId; name: SpokenName }
  /** Hears who speaks at the handset from now to the end of the call, told by `windows`. */
  | { type: 'watch'; call: CallId }
  /** Something that staff are told at once. */
  | { type: 'tell'; event: Extract<TerminalEvent, { type: 'voice' }> }
  /** A short beep to the caller, the same for every key, over all that sounds. */
  | { type: 'key-beep' }
  | { type: 'ask'; call: CallId; request: number; ask: Ask }
  /** `hidden`: no log says anything of it. */
  | { type: 'dial'; call: CallId; number: PhoneNumber; privileged: boolean; hidden: boolean }
  /** CANCEL before answer, BYE after it; harmless where there is nothing to end. */
  | { type: 'hang-up'; call: CallId }
  /** Lets the parties hear each other, or no longer. Off from the start. */
  | { type: 'bridge'; call: CallId; on: boolean }
  /** RFC 4733 digit to the far end. */
  | { type: 'send-digit'; call: CallId; digit: Key }
  | { type: 'set-volume'; gain: number }
  /** How loud people and prompts are, dB. */
  | { type: 'set-levels'; levels: CallRules['levels'] }
  /** Lets the caller hear himself, or no longer. */
  | { type: 'echo'; on: boolean }
  /** A job for the technician's bench; answered by `bench-reply`, or never. */
  | { type: 'bench'; call: CallId; request: number; job: Job }
  | { type: 'journal'; entry: JournalEntry };
