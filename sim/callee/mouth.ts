import type { Frame } from '../world/port.ts';
import { speechLike } from './speech.ts';
import { keyTone, tone } from './tones.ts';

/** A frame of a person older than this, ms, and the test signal takes over. */
const FRESH = 200;
const MOST_WAITING = 10;
const GREETING = 4_000;

/** What the called party says, a frame each 20 ms: keys and greeting first, then a person's frames, else a test signal. */
export class Mouth {
  #signal: () => Frame = speechLike(2);
  /** Goes before everything else. */
  #prepared: Frame[] = [];
  #live: Frame[] = [];
  #spoken = Number.NEGATIVE_INFINITY;

  /** A new call. A machine says its greeting and beeps, and then is silent for as long as the call lasts. */
  begin(who: 'person' | 'machine'): void {
    this.#live = [];
    this.#prepared = [];
    this.#signal = speechLike(2);
    if (who === 'person') return;
    this.#prepared = Array.from({ length: GREETING / 20 }, () => this.#signal());
    this.#prepared.push(...tone([1_000], -12, 500));
    this.#signal = () => new Int16Array(320);
  }

  /** A person's frame; more than 200 ms ahead are dropped. */
  say(frame: Frame): void {
    this.#spoken = performance.now();
    if (this.#live.length < MOST_WAITING) this.#live.push(frame);
  }

  /** A key as sound. */
  press(digit: string): void {
    this.#prepared.push(...keyTone(digit));
  }

  next(): Frame {
    const frame = this.#prepared.shift() ?? this.#live.shift();
    if (frame) return frame;
    return performance.now() - this.#spoken < FRESH ? new Int16Array(320) : this.#signal();
  }
}
