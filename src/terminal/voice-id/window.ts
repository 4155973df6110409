import { joined, TICK_MS } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import { loudness, speechLevel } from './loudness.ts';

const frames = (ms: number) => ms / TICK_MS;

/** Speech of a window, as it is counted here: with the ends of words, which are soft, it is three seconds. */
const SPEECH = frames(2_500);
/** It has the quiet around words in it too, by which the noise is known; and is no longer than this. */
const MOST = frames(8_000);
/** Kept of what is before and after a word; and what of that is speech still. */
const AROUND = frames(200);
const FADING = frames(60);
/** From the end of one window to the beginning of the next: hearing all of a call would cost twice as much, and tell no more. */
const REST = frames(3_000);
/** What of the caller's sound his level is known by, and how often it is looked at anew. */
const PAST = frames(15_000);
const LOOK = frames(500);
/** What the far end said louder than this, dB, may come back by the earpiece for so long, so much below its level at the most, dB. */
const LOUD = -50;
const ECHO = frames(400);
const BELOW = 12;

/** Cuts windows of three seconds of the caller's own speech out of a call: no silence, no echo of the far end. Holds 8 s of sound at most. */
export class Windows {
  /** Of the caller, the last of what was no echo; of the far end, what may still come back. */
  readonly #near: number[] = [];
  readonly #far: number[] = [];
  #limit: number | null = null;
  #looked = 0;
  #rest = 0;
  /** Quiet frames that are kept if a word follows, and how many more are kept after the last word. */
  #before: Int16Array[] = [];
  #after = 0;
  #window: Int16Array[] = [];
  #speech = 0;

  /** Takes 20 ms of either party; gives a window where one is full. */
  push({ direction, samples }: TapFrame): Int16Array | null {
    const level = loudness(samples);
    if (direction === 'far') keep(this.#far, level, ECHO);
    else this.#hear(samples, level);
    return this.#speech >= SPEECH || this.#window.length >= MOST ? this.#take() : null;
  }

  #hear(samples: Int16Array, level: number): void {
    const rests = this.#rest > 0;
    if (rests) this.#rest -= 1;
    if (this.#mayBeEcho(level)) {
      this.#before = [];
      this.#after = 0;
      return;
    }
    this.#look(level);
    if (!rests) this.#add(samples, this.#limit !== null && level > this.#limit);
  }

  #mayBeEcho(level: number): boolean {
    const far = Math.max(...this.#far);
    return far > LOUD && level < far - BELOW;
  }

  #look(level: number): void {
    keep(this.#near, level, PAST);
    this.#looked += 1;
    if (this.#looked < LOOK) return;
    this.#looked = 0;
    this.#limit = speechLevel(this.#near);
  }

  #add(samples: Int16Array, isSpeech: boolean): void {
    if (isSpeech) {
      this.#window.push(...this.#before.splice(0), samples);
      this.#speech += 1;
      this.#after = AROUND;
    } else if (this.#after > 0) {
      this.#window.push(samples);
      if (this.#after > AROUND - FADING) this.#speech += 1;
      this.#after -= 1;
    } else keep(this.#before, samples, AROUND);
  }

  #take(): Int16Array {
    const window = joined(this.#window);
    this.#window = [];
    this.#speech = 0;
    this.#after = 0;
    this.#rest = REST;
    return window;
  }
}

/** The last `most` of what came. */
function keep<T>(last: T[], next: T, most: number): void {
  last.push(next);
  if (last.length > most) last.shift();
}
