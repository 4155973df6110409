import type { Heard, Reply } from '../../protocol/ask.ts';
import type { Quality, Redirection } from '../../protocol/call.ts';
import type { Lockdown } from '../../protocol/lockdown.ts';
import type { Fault, Hotline } from '../../protocol/messages.ts';
import type { CallId, Instant, Key, Millis } from '../../protocol/units.ts';
import type { Voice } from '../../protocol/voice.ts';
import type { Clip } from './clip.ts';
import type { CallRules } from './settings.ts';

/** Timers the core owns. At most one of each name runs; starting it again replaces it. */
export type Timer =
  | 'stall'
  | 'inter-digit'
  | 'reply'
  /** How long a prompt to speak, and then an answer, may take. */
  | 'answer'
  | 'ring'
  | 'accept'
  /** The pause before the called party is greeted again. */
  | 'greeting'
  | 'warning'
  | 'deadline'
  | 'extend'
  /** To write down that talk goes on. */
  | 'talking'
  /** How long the called party is told why, at most, before the line is dropped. */
  | 'farewell';

export type Registration = 'registered' | 'unregistered' | 'not-used';

/** Why a call that was never answered failed, in the words a caller is told. */
export type DialFailure = 'busy' | 'rejected' | 'unreachable' | 'network';

/**
 * Everything that can happen to a call. An event that belongs to one call names it, so that
 * one which was already under way when that call ended is told from the next call's.
 */
export type CoreEvent =
  // hardware
  | { type: 'off-hook'; call: CallId }
  | { type: 'on-hook' }
  | { type: 'key'; key: Key }
  | { type: 'volume'; direction: 'up' | 'down' | 'next' }
  | { type: 'fault'; fault: Fault; state: 'raised' | 'cleared' }
  // time
  /** `run` is that of the `start-timer` it comes from: one that fired just as it was set anew is told from the new one. */
  | { type: 'timer'; timer: Timer; call: CallId; run: number }
  // audio: what `say` asked for has been said to its end
  | { type: 'said'; call: CallId; say: number }
  // voice-ID
  /** What came of the answer that `listen` of that number was to take. */
  | { type: 'answer'; call: CallId; listen: number; heard: Heard }
  /** Who spoke at the handset in the last windows of a call that is watched. */
  | { type: 'windows'; call: CallId; voice: Voice }
  // fleet
  | { type: 'reply'; call: CallId; request: number; reply: Reply }
  | { type: 'no-reply'; call: CallId; request: number; cause: 'timeout' | 'offline' | 'error' }
  | { type: 'lockdown'; lockdown: Lockdown }
  /** The facility has other settings for its phones: they hold from the next lift on. */
  | { type: 'rules'; rules: CallRules }
  | { type: 'hotlines'; hotlines: readonly Hotline[] }
  /** Staff end the call that is up. */
  | { type: 'cut-off' }
  // bench
  /** A technician's test takes the phone, or lets it go. It is had only where no call is up and none is dropped. */
  | { type: 'bench'; on: boolean }
  /** A job is done: whether it went well, and what is to be said of it. */
  | { type: 'bench-reply'; call: CallId; request: number; ok: boolean; clips: readonly Clip[] }
  // telephony
  | { type: 'registration'; registration: Registration }
  | { type: 'ringing'; call: CallId }
  /** The call was sent elsewhere by the network, or should have been: evidence, never followed. */
  | { type: 'redirected'; call: CallId; how: Redirection; to: string | null }
  | { type: 'hold'; call: CallId; held: boolean }
  | { type: 'answered'; call: CallId }
  | { type: 'dial-failed'; call: CallId; failure: DialFailure; sip: number | null }
  | { type: 'far-ended'; call: CallId }
  /** Nothing has come from the far end for `silence`. */
  | { type: 'media-lost'; call: CallId; silence: Millis }
  | { type: 'quality'; call: CallId; quality: Quality }
  | { type: 'far-digit'; call: CallId; digit: Key };

/**
 * An event and when it happened. `at` comes from a clock that neither jumps nor goes back (wall time at start
 * plus `performance.now()`): limits are reckoned by it. One that does go back is taken for the latest seen.
 */
export type Event = CoreEvent & { readonly at: Instant };
