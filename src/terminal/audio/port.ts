import type { Observable } from 'rxjs';

/** `nobody`: what is said takes its time, and is heard by none. */
export type Ear = 'caller' | 'callee' | 'both' | 'nobody';
export type ToneName = 'dial' | 'ringback' | 'busy' | 'reorder';

export type MediaEvent =
  /**
   * All of a `say` was heard by the ears it still had at its end. Never sent for one that was hushed, or
   * replaced, at each of its ears. One whose recordings are all missing is said at once.
   */
  | { type: 'said'; call: string; say: number }
  /** A key of the far end, 0-9 * #, told at the start of the press and once, however many ways it came. */
  | { type: 'far-digit'; call: string; digit: string; source: 'rfc4733' | 'in-band' }
  /** Nothing has come from the far end for `silence` ms, the time set. Told again only after something came. */
  | { type: 'media-lost'; call: string; silence: number }
  /** Every five seconds of a call in which the far end is heard. */
  | { type: 'quality'; call: string; quality: CallQuality }
  /**
   * The sound card is gone or came back, or the thread of all sound died (then no `ok` follows). One that worked is told
   * gone when it has been so for five seconds: a card that blinks costs no call. `detail` says what to do.
   */
  | { type: 'device'; state: 'ok' | 'fault'; detail: string }
  /**
   * The card lost sound: of the microphone as nobody took it in time, or for the earpiece as nobody gave it. `count` times since
   * this was told last, which is at most once in ten seconds.
   */
  | { type: 'xrun'; part: 'capture' | 'playback'; count: number }
  /** Broken or hostile input: counted, dropped, and told at most once in ten seconds for each kind. */
  | { type: 'malformed'; detail: string }
  /** A recording that should be there is not. */
  | { type: 'clip-missing'; clip: string; language: string };

/** How well a call is heard, of the whole call unless said otherwise. */
export interface CallQuality {
  /** Codec of the far end's last sound, as SDP names it. */
  codec: string;
  encrypted: boolean;
  /** Estimate by ITU-T G.107, 1 to 4.5: of the last five seconds, the mean of all, and the worst five seconds. */
  mos: { now: number; mean: number; least: number };
  /** Part of the far end's sound that never came, or too late to be heard: 0 to 1. */
  loss: number;
  /** Interarrival jitter of the far end's packets, ms (RFC 3550 section 6.4.1). */
  jitter: number;
  /** From a packet's arrival to its turn, ms, now. */
  delay: number;
  /** To the far end and back, ms; null where it sends no RTCP. */
  roundTrip: number | null;
  /** What the far end says of our sound, by RTCP. */
  far: { loss: number; jitter: number } | null;
}

/**
 * The handset's sound and what is mixed into it. Runs on a thread of its own;
 * these calls only post messages. 16 kHz mono inside; the bridge is shut until opened.
 */
export interface Sound {
  readonly events: Observable<MediaEvent>;
  /** Says recordings in order to an ear; replaces what is being said to it. `say` numbers it for its `said`. */
  say(request: SayRequest): void;
  /** Has how a caller says his name (G.711 mu-law, 8 kHz) for `site/caller-<caller>`, in memory and until the next. */
  keepName(caller: string, name: Uint8Array): void;
  hush(to: Ear): void;
  /** To the caller's ear, until the next tone, say or null. */
  tone(tone: ToneName | null): void;
  /** A beep of 60 ms to the caller's ear, over all that sounds: a key was taken. The same for each: a PIN is not to be heard. */
  keyBeep(): void;
  /** Lets the parties of `call` hear each other. Off for each new call; opening one call's shuts any other's. */
  bridge(call: string, on: boolean): void;
  /** A key of 100 ms to the far end: an RFC 4733 event, or its tones (ITU-T Q.23) where the far end takes none. */
  sendDigit(call: string, digit: string): void;
  /** Gain of the earpiece, dB: of all that is heard in it. */
  setVolume(gain: number): void;
  /** How loud each thing is in an ear, of every call from now on; until then all are as they come. */
  setLevels(ear: 'caller' | 'callee', levels: Levels): void;
  /**
   * The caller hears his own voice a second later, or no longer: to try a handset out. Refused while a call is up, and over when
   * one begins.
   */
  echo(on: boolean): void;
  /**
   * Plays a probe in the earpiece and listens for it at the microphone, six seconds in all: is the handset whole? The probe is as loud
   * as a dial tone. Rejects while a call is up or begins, while it is under way already, and where the card does not run.
   */
  loopback(): Promise<LoopbackResult>;
  /**
   * Every frame of both parties' sound that passes the bridge of `call`, of one direction or both: nothing before the bridge is
   * open nor while it is shut. Completes when the call's media ends. Errors where the call is not open, or is privileged.
   * A subscriber that is 2 s behind loses frames; sound never waits for it. Each subscription is a tap of its own.
   */
  tap(call: string, direction?: TapDirection): Observable<TapFrame>;
  /**
   * What the caller says while no call is up, for an answer of his: `near` frames without a time, none of them from while something
   * sounds in the earpiece, nor from the 300 ms after it, in which it may come back as an echo. Completes when a call's media opens, or
   * another subscribes. Errors while one is open, and where the card does not run.
   */
  microphone(): Observable<TapFrame>;
}

/** Gains, dB from -60 to 20. What is softened while something is said over it is so on top of that. */
export interface Levels {
  /** Of the other party. */
  voice: number;
  /** Of recordings that are said. */
  prompt: number;
}

/** Whose sound: the far end's, or that of our handset. */
export type TapDirection = 'far' | 'near';

/** 20 ms of one party as it was said: no prompts, no tones, no levels in it. */
export interface TapFrame {
  direction: TapDirection;
  /**
   * RTP timestamp of the first sample: the far end's clock, or ours. Null where none of the frame is the far end's (a pause, or a loss).
   */
  rtpTime: number | null;
  /** 320 samples of 16 bits at 16 kHz. */
  samples: Int16Array;
  /** Frames, of both directions, that were lost before this one. */
  dropped: number;
}

/** What is to be said, to whom. */
export interface SayRequest {
  call: string;
  say: number;
  to: Ear;
  language: string;
  clips: readonly string[];
}

/** What a loop-back test found. */
export interface LoopbackResult {
  /**
   * `shorted-cord`: both ends are on one wire, or the microphone gives nothing at all. `unclear`: nothing came back, and the room was so
   * quiet that either end may be the cause, or so loud that nothing could be heard, or sound was lost: `detail` says what to change.
   */
  verdict: 'ok' | 'open-earpiece' | 'open-microphone' | 'shorted-cord' | 'unclear';
  /** What follows for either end. */
  earpiece: 'ok' | 'open' | 'shorted' | 'unknown';
  microphone: 'ok' | 'open' | 'shorted' | 'unknown';
  /** One line for a technician: what was found, and what to do. */
  detail: string;
  figures: LoopbackFigures;
}

/** Levels of a loop-back test, between 300 and 3400 Hz. dBFS is below a full-scale sine. */
export interface LoopbackFigures {
  /** Of the probe, how much comes back: dB; null where none was found. */
  echo: number | null;
  /** How uneven what comes back is over the band, dB (standard deviation); null where none was found. */
  unevenness: number | null;
  /** Noise at the microphone, without the mains, dBFS. */
  noise: number;
  /** Mains hum and its harmonics, dBFS. */
  hum: number;
  /** All that was heard, dBFS. */
  level: number;
}
