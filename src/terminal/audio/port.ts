import type { Observable } from 'rxjs';

export type Ear = 'caller' | 'callee' | 'both';
export type ToneName = 'dial' | 'ringback' | 'busy' | 'reorder';

export type MediaEvent =
  /** All of a `say` was heard, or was replaced by nothing: never sent for one that was hushed. */
  | { type: 'said'; call: string; say: number }
  | { type: 'far-digit'; call: string; digit: string; source: 'rfc4733' | 'in-band' }
  /** Nothing has come from the far end for the time set. */
  | { type: 'media-lost'; call: string }
  /** The sound card's program died or came back. */
  | { type: 'device'; state: 'ok' | 'fault'; detail: string }
  | { type: 'malformed'; detail: string }
  /** A recording that should be there is not. */
  | { type: 'clip-missing'; clip: string; language: string };

/**
 * The handset's sound and what is mixed into it. Runs on a thread of its own;
 * these calls only post messages. 16 kHz mono inside; the bridge is shut until opened.
 */
export interface Sound {
  readonly events: Observable<MediaEvent>;
  /** Says recordings in order to an ear; replaces what is being said to it. `say` numbers it for its `said`. */
  say(request: { call: string; say: number; to: Ear; language: string; clips: readonly string[] }): void;
  hush(to: Ear): void;
  /** To the caller's ear, until the next tone, say or null. */
  tone(tone: ToneName | null): void;
  /** Lets the parties of `call` hear each other. Off for each new call. */
  bridge(call: string, on: boolean): void;
  /** RFC 4733 event of 100 ms to the far end. */
  sendDigit(call: string, digit: string): void;
  /** Gain of the earpiece, dB. */
  setVolume(gain: number): void;
}
