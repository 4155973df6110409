import { FRAME, NARROW_FRAME } from '../../audio/frame.ts';
import { Interpolator } from '../../audio/resample.ts';

/** Reflection coefficients that are used; more shape noise no better (RFC 3389 section 3.3). */
const ORDER = 10;

/** A sine of 0 dBov is full scale (RFC 3389 section 3.1): what an even random number of that power reaches. */
const FULL = 32_768;

/** Noise of a given level and spectrum in the band of telephony, given at 16 kHz. */
export class ComfortNoise {
  /** RMS, in 16-bit scale. */
  #level = 0;
  readonly #reflections = new Float64Array(ORDER);
  #order = 0;
  readonly #memory = new Float64Array(ORDER + 1);
  #gain = 1;
  readonly #narrow = new Int16Array(NARROW_FRAME);
  readonly #wide = new Int16Array(FRAME);
  readonly #interpolator = new Interpolator(2, NARROW_FRAME);
  #used = FRAME;
  #seed = 22_222;

  /** As the far end's payload of comfort noise says: a level, then the spectrum where it has one (RFC 3389 section 3). */
  describe(payload: Uint8Array): void {
    const level = FULL * 10 ** (-((payload[0] ?? 127) & 0x7f) / 20);
    this.#order = Math.min(ORDER, Math.max(0, payload.length - 1));
    let power = 1;
    for (let n = 0; n < this.#order; n++) {
      const k = Math.max(-0.98, Math.min(0.98, (((payload[n + 1] as number) - 127) * 258) / 32_768));
      this.#reflections[n] = k;
      power *= 1 - k * k;
    }
    this.#shape(level < 1 ? 0 : level, Math.sqrt(power));
  }

  /** As the background of the far end is: its RMS, with the slope of a room's. */
  resemble(level: number): void {
    this.#order = 1;
    this.#reflections[0] = -0.5;
    this.#shape(level, Math.sqrt(1 - 0.25));
  }

  /** Adds `count` samples to `out` from `at` on, at a gain that goes from one to the other. */
  add(out: Float32Array, at: number, count: number, { from, to }: { from: number; to: number }): void {
    if (this.#level === 0) return;
    for (let n = 0; n < count; n++) {
      if (this.#used === FRAME) this.#more();
      const gain = from + ((to - from) * n) / count;
      out[at + n] = (out[at + n] as number) + (this.#wide[this.#used] as number) * gain;
      this.#used += 1;
    }
  }

  /** Is silence until it is told again what to be. */
  flush(): void {
    this.#shape(0, 1);
  }

  #shape(level: number, gain: number): void {
    if (level === 0) {
      this.#memory.fill(0);
      this.#interpolator.flush();
      this.#used = FRAME;
    }
    this.#level = level;
    // An even random number between -1 and 1 has an RMS of 1 / sqrt 3.
    this.#gain = level * gain * Math.sqrt(3);
  }

  /** 20 ms through an all-pole lattice of the reflection coefficients. */
  #more(): void {
    const memory = this.#memory;
    for (let n = 0; n < NARROW_FRAME; n++) {
      this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) | 0;
      let forward = (this.#gain * this.#seed) / 2_147_483_648;
      for (let k = this.#order - 1; k >= 0; k--) {
        const reflection = this.#reflections[k] as number;
        forward -= reflection * (memory[k] as number);
        memory[k + 1] = (memory[k] as number) + reflection * forward;
      }
      memory[0] = forward;
      this.#narrow[n] = forward;
    }
    this.#interpolator.run(this.#narrow, this.#wide);
    this.#used = 0;
  }
}
