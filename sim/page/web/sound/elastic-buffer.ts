const RATE = 16_000;
const CAPACITY = 32_768;
const MASK = CAPACITY - 1;
const ms = (n: number): number => (n * RATE) / 1_000;

const TARGET_FIRST = ms(60);
const TARGET_LEAST = ms(40);
const TARGET_MOST = ms(240);
/** More than this above the target is thrown away at once rather than played late. */
const EXCESS = ms(120);
/** Fill within this of the target is left alone, so that sound passes unchanged. */
const CALM = ms(15);
/** How much faster or slower sound is played to bring the fill back: 7 cents, which nobody hears. */
const BEND = 0.004;
const RAMP = 64;
const CALM_SECONDS = 10;

/** What a buffer did, for the page to show and tests to check. Times in ms. */
export interface BufferStats {
  readonly fill: number;
  readonly target: number;
  readonly underruns: number;
  readonly skipped: number;
}

/**
 * Evens out sound that comes in lumps of 20 ms over a network and leaves by the clock of a sound card. Holds as little
 * as goes without gaps: a gap makes it hold more, ten calm seconds less. Follows the card's clock by
 * bending the rate a little, and resamples from 16 kHz where the card runs at another rate.
 */
export class ElasticBuffer {
  readonly #samples = new Float32Array(CAPACITY);
  readonly #step: number;
  readonly #outRate: number;
  #write = 0;
  #read = 0;
  #playing = false;
  #target = TARGET_FIRST;
  #average = TARGET_FIRST;
  #gain = 0;
  #calm = 0;
  #underruns = 0;
  #skipped = 0;

  constructor(outRate: number) {
    this.#outRate = outRate;
    this.#step = RATE / outRate;
  }

  /** Takes in samples of 16 bits at 16 kHz. */
  push(frame: Int16Array): void {
    for (const sample of frame) {
      this.#samples[this.#write & MASK] = sample / 32_768;
      this.#write += 1;
    }
    // What was never heard is no part of the ring any more: a buffer that nobody empties keeps the newest.
    if (this.#fill() > CAPACITY / 2) this.#read = this.#write - CAPACITY / 2;
  }

  /** Fills `out` with what is to be heard next: silence where there is nothing. */
  pull(out: Float32Array): void {
    if (!this.#playing) {
      if (this.#fill() < this.#target) {
        out.fill(0);
        return;
      }
      this.#playing = true;
      this.#jump();
    }
    const late = this.#fill() > this.#target + EXCESS;
    const step = this.#pace(out.length);
    // One sample before and two after are looked at.
    const playable = Math.floor((this.#write - 3 - this.#read) / step) + 1;
    const until = late ? Math.min(RAMP, playable) : playable;
    for (let i = 0; i < out.length; i++) {
      const wanted = Math.min(1, Math.max(0, (until - i) / RAMP));
      this.#gain = Math.min(wanted, this.#gain + 1 / RAMP);
      out[i] = i < until ? this.#at(this.#read + i * step) * this.#gain : 0;
    }
    this.#read += Math.min(Math.max(playable, 0), out.length) * step;
    if (late) {
      this.#skipped += this.#fill() - this.#target;
      this.#jump();
    } else if (playable < out.length) this.#ranDry();
    else this.#stayedCalm(out.length);
  }

  stats(): BufferStats {
    const inMs = (samples: number): number => Math.round((samples * 1_000) / RATE);
    return {
      fill: inMs(this.#fill()),
      target: inMs(this.#target),
      underruns: this.#underruns,
      skipped: inMs(this.#skipped),
    };
  }

  #fill(): number {
    return Math.max(0, this.#write - this.#read);
  }

  /** Goes on with the newest that leaves the target in hand, from silence. */
  #jump(): void {
    this.#read = Math.floor(this.#write - this.#target);
    this.#average = this.#target;
    this.#gain = 0;
  }

  /** How far to go from one sample out to the next, for the coming `length` of them. */
  #pace(length: number): number {
    this.#average += (this.#fill() - this.#average) * Math.min(1, length / this.#outRate);
    const off = this.#average - this.#target;
    if (Math.abs(off) > CALM) return this.#step * (off > 0 ? 1 + BEND : 1 - BEND);
    // Slide back to whole samples, where nothing needs to be interpolated.
    if (this.#step === 1) return (Math.round(this.#read + length) - this.#read) / length;
    return this.#step;
  }

  /** Between samples, by a cubic through the four around (Catmull-Rom). */
  #at(position: number): number {
    const whole = Math.floor(position);
    const t = position - whole;
    const b = this.#samples[whole & MASK] ?? 0;
    if (t === 0) return b;
    const a = this.#samples[(whole - 1) & MASK] ?? 0;
    const c = this.#samples[(whole + 1) & MASK] ?? 0;
    const d = this.#samples[(whole + 2) & MASK] ?? 0;
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
  }

  #ranDry(): void {
    this.#playing = false;
    this.#underruns += 1;
    this.#calm = 0;
    this.#target = Math.min(TARGET_MOST, this.#target + ms(20));
  }

  #stayedCalm(length: number): void {
    this.#calm += length / this.#outRate;
    if (this.#calm < CALM_SECONDS) return;
    this.#calm = 0;
    this.#target = Math.max(TARGET_LEAST, this.#target - ms(10));
  }
}
