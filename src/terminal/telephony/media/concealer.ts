import { period } from './pitch.ts';

/** At 16 kHz: pitch of 200 to 66 Hz (ITU-T G.711 Appendix I), and the window it is looked for in: half of what is said there, which is nearer the loss. */
const PITCH = { least: 80, most: 240, ahead: false };
const WINDOW = 160;
/** What is repeated comes out of this many of the last samples: three periods and a quarter. */
const PAST = 780;

const TEN_MS = 160;
/** Made-up sound is heard whole for 10 ms and gone after 60. */
const GONE = 6 * TEN_MS;

/**
 * Makes up sound in place of what is lost, after ITU-T G.711 Appendix I, at 16 kHz: the last period of the pitch is repeated,
 * after 10 ms the last two and after 20 ms three, so that it does not buzz; softer by a fifth each 10 ms.
 */
export class Concealer {
  readonly #past = new Float32Array(PAST);
  #period = PITCH.least;
  /** Periods that are repeated in turn, and the place in them. */
  #periods = 1;
  #at = 0;
  /** Samples made up so far. */
  #made = 0;
  /** How far the first made-up sample would be off from the last real one. */
  #jump = 0;

  /** Samples made up since `start`. */
  get made(): number {
    return this.#made;
  }

  /** True where nothing is left of the sound. */
  get gone(): boolean {
    return this.#made >= GONE;
  }

  /** Sound stops at `end` in `line`. */
  start(line: Float32Array, end: number): void {
    this.#past.set(line.subarray(end - PAST, end));
    this.#period = period(this.#past, PAST - WINDOW, WINDOW, PITCH).length;
    this.#periods = 1;
    this.#at = 0;
    this.#made = 0;
    this.#jump = (this.#past[PAST - 1] as number) - (this.#past[PAST - 1 - this.#period] as number);
  }

  /** Adds `count` made-up samples to `out` from `at` on. */
  add(out: Float32Array, at: number, count: number): void {
    const fade = this.#period >> 2;
    for (let n = 0; n < count; n++) {
      const made = this.#made;
      if (made >= GONE) return;
      const wanted = made < TEN_MS ? 1 : made < 2 * TEN_MS ? 2 : 3;
      let sample = this.#sample(this.#periods, this.#at, fade);
      // The change to more periods is drawn out over a quarter of one.
      const into = made - (wanted - 1) * TEN_MS;
      if (wanted > 1 && into < fade) {
        if (into === 0) {
          this.#periods = wanted;
          this.#at %= this.#period;
        }
        const before = this.#sample(wanted - 1, this.#at % ((wanted - 1) * this.#period), fade);
        sample = this.#sample(wanted, this.#at, fade);
        sample = before + ((into + 0.5) / fade) * (sample - before);
      }
      if (made < fade) sample += this.#jump * (1 - (made + 0.5) / fade);
      const gain = made < TEN_MS ? 1 : (GONE - made) / (GONE - TEN_MS);
      out[at + n] = (out[at + n] as number) + sample * gain;
      this.#at = (this.#at + 1) % (this.#periods * this.#period);
      this.#made += 1;
    }
  }

  /** What is left of it fades within 5 ms. */
  leave(): void {
    this.#made = Math.max(this.#made, GONE - TEN_MS / 2);
  }

  /** Forgets the sound. */
  flush(): void {
    this.#past.fill(0);
    this.#jump = 0;
  }

  /** Of the last `periods`, the one at `at`; the end of them goes over into what came before them. */
  #sample(periods: number, at: number, fade: number): number {
    const length = periods * this.#period;
    const from = PAST - length + at;
    const sample = this.#past[from] as number;
    const left = length - at;
    if (left > fade) return sample;
    const before = this.#past[from - length] ?? sample;
    return sample + (1 - (left - 0.5) / fade) * (before - sample);
  }
}
