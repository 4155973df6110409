const OUT_RATE = 16_000;
const FRAME = 320;
/** Where the pass band ends: telephony needs nothing above, and what is above 8 kHz would fold back. */
const CUTOFF_HZ = 7_200;
/** Taps to each side, counted in samples of 16 kHz. */
const REACH = 12;

/** Brings a microphone's sound from the rate of the sound card to 16 kHz and cuts it into frames of 20 ms. */
export class Downsampler {
  readonly #ratio: number;
  readonly #reach: number;
  readonly #cutoff: number;
  #held: Float32Array<ArrayBuffer>;
  /** Where in `held` the next output sample is. */
  #position: number;
  #frame = new Int16Array(FRAME);
  #filled = 0;

  /** `rate`: samples a second that come in; 16,000 or more. */
  constructor(rate: number) {
    this.#ratio = rate / OUT_RATE;
    this.#cutoff = CUTOFF_HZ / rate;
    this.#reach = Math.ceil(REACH * this.#ratio);
    this.#held = new Float32Array(this.#reach);
    this.#position = this.#reach;
  }

  /** Takes samples of -1 to 1; gives each frame that is full. A frame is the receiver's to keep. */
  push(samples: Float32Array, give: (frame: Int16Array<ArrayBuffer>) => void): void {
    const joined = new Float32Array(this.#held.length + samples.length);
    joined.set(this.#held);
    joined.set(samples, this.#held.length);
    while (this.#position + this.#reach < joined.length) {
      this.#put(this.#at(joined, this.#position), give);
      this.#position += this.#ratio;
    }
    const from = Math.max(0, Math.floor(this.#position) - this.#reach);
    this.#held = joined.slice(from);
    this.#position -= from;
  }

  /** Windowed sinc (Hann) around `position`. */
  #at(samples: Float32Array, position: number): number {
    const first = Math.ceil(position - this.#reach);
    const last = Math.floor(position + this.#reach);
    let sum = 0;
    for (let i = Math.max(0, first); i <= last; i++) {
      const x = i - position;
      const phase = 2 * Math.PI * this.#cutoff * x;
      const sinc = x === 0 ? 2 * this.#cutoff : Math.sin(phase) / (Math.PI * x);
      sum += (samples[i] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / this.#reach));
    }
    return sum;
  }

  #put(sample: number, give: (frame: Int16Array<ArrayBuffer>) => void): void {
    this.#frame[this.#filled] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    this.#filled += 1;
    if (this.#filled < FRAME) return;
    give(this.#frame);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
  }
}
