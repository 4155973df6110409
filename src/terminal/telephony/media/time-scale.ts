import type { Background } from './background.ts';
import { period } from './pitch.ts';
import type { SoundLine } from './sound-line.ts';

/** In samples of 16 kHz: pitch of 400 to 66 Hz, and the window it is looked for in. */
const LEAST = 40;
const MOST = 240;
const WINDOW = 160;

/** How alike two periods must be before one is put in or left out: needed soon, or with all the time there is. */
const ALIKE = { soon: 0.8, calm: 0.9 } as const;

/** A pause changes by no more than this at once: 10 ms. */
const AT_ONCE = 160;

/** What is over by less is left alone in a voice: 40 ms. Pauses will take it away. */
const MUCH = 640;

/** Frames between two changes of a voice. */
const REST = { stretch: 1, compress: 4 } as const;

/** Makes sound longer and shorter by whole periods of a voice, or by any length where nobody talks. Called once a frame. */
export class TimeScale {
  readonly #line: SoundLine;
  readonly #background: Background;
  #rest = 0;

  constructor(line: SoundLine, background: Background) {
    this.#line = line;
    this.#background = background;
  }

  /** Samples that must be ready for `compress`. */
  get wanted(): number {
    return MOST + WINDOW;
  }

  /** Makes what is next longer, if it can be done unheard, by `wanted` samples or a part of them; returns how many. */
  stretch(wanted: number): number {
    if (this.#background.quiet) {
      const length = Math.min(wanted, AT_ONCE);
      this.#line.stretch(length);
      return length;
    }
    if (this.#rest > 0) {
      this.#rest -= 1;
      return 0;
    }
    const { samples, head } = this.#line;
    const found = period(samples, head, WINDOW, { least: LEAST, most: MOST, ahead: false });
    if (found.likeness < ALIKE.soon) return 0;
    this.#rest = REST.stretch;
    this.#line.stretch(found.length);
    return found.length;
  }

  /** True where `over` samples are enough to do something about now. */
  wants(over: number): boolean {
    if (this.#background.quiet) return over >= LEAST;
    if (this.#rest > 0) {
      this.#rest -= 1;
      return false;
    }
    return over >= MUCH;
  }

  /** Makes what is next shorter by `over` samples or a part of them; returns how many. */
  compress(over: number): number {
    const { samples, head, ready } = this.#line;
    if (this.#background.quiet) {
      const length = Math.min(over, AT_ONCE, ready - WINDOW);
      if (length < LEAST) return 0;
      this.#line.compress(length, Math.min(length, WINDOW / 2));
      return length;
    }
    if (ready < MOST + WINDOW) return 0;
    this.#rest = REST.compress;
    const found = period(samples, head, WINDOW, { least: LEAST, most: Math.min(MOST, over), ahead: true });
    if (found.likeness < ALIKE.calm) return 0;
    this.#line.compress(found.length, WINDOW);
    return found.length;
  }
}
