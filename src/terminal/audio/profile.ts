import type { HandsetSound } from './handset-sound.ts';

/** What a profile does to sound. */
export interface Treatment {
  /** The parties are softer while something is said over them. */
  ducks: boolean;
  /** How soon a gain that the limiter took away comes back, dB a second; null: there is no limiter, what is too loud is cut. */
  recovery: number | null;
  /** Sound is neither stretched, shortened nor made up; packets wait this long, ms. Null: all that keeps the delay short. */
  steady: number | null;
}

/**
 * Standard: for ears. Hearing aid: a limiter that comes and goes with each word would fight the aid's own, so that its gain comes back
 * over seconds. TTY: Baudot is two tones, a bit is 22 ms, and no part of it may be missing or made longer.
 */
export const TREATMENTS: Readonly<Record<HandsetSound['profile'], Treatment>> = {
  standard: { ducks: true, recovery: 30, steady: null },
  'hearing-aid': { ducks: true, recovery: 3, steady: null },
  tty: { ducks: false, recovery: null, steady: 150 },
};
