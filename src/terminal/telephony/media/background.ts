/** What is louder than this is no background but a voice or a tone: RMS of -46 dB of full scale, 16 bits. */
const LOUDEST = 164;
/** What is softer is digital silence. */
const SOFTEST = 2;

/** What is softer is no tone of a text telephone, however far it came: -60 dB of full scale. */
const NO_TONE = 33;

/** The level follows a rise this much a frame: 3 dB a second. */
const RISE = 1.007;

/** Level of what the far end sends while nobody talks there. */
export class Background {
  #level = Number.POSITIVE_INFINITY;
  #last = 0;

  /** RMS in 16-bit scale; 0 where there is none that is known, or digital silence. */
  get level(): number {
    return this.#level > LOUDEST || this.#level < SOFTEST ? 0 : this.#level;
  }

  /** True where the last sound was no more than background. */
  get quiet(): boolean {
    return this.#last < Math.max(8, 2 * this.level);
  }

  /** True where the last sound was softer than anything that is meant. */
  get silent(): boolean {
    return this.#last < NO_TONE;
  }

  /** Sound of the far end. */
  hear(samples: Float32Array, from: number, to: number): void {
    let power = 0;
    for (let n = from; n < to; n++) power += (samples[n] as number) ** 2;
    this.#last = Math.sqrt(power / Math.max(1, to - from));
    this.#level = this.#last < this.#level ? this.#last : Math.max(this.#level, 0.5) * RISE;
  }

  /** Nothing is known any more. */
  reset(): void {
    this.#level = Number.POSITIVE_INFINITY;
    this.#last = 0;
  }
}
