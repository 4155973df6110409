import type { SampleFifo } from '../fifo.ts';
import { FRAME, RATE, TICK_MS } from '../frame.ts';
import { Decimator, Interpolator } from '../resample.ts';

/** The mouthpiece at the device's rate, brought to ours. */
export class FromHandset {
  readonly #raw: Int16Array;
  readonly #change: Decimator | Interpolator | null;

  /** Samples a second of the device: 8000, 16000 or 48000. */
  constructor(rate: number) {
    this.#raw = new Int16Array((rate * TICK_MS) / 1_000);
    if (rate === RATE) this.#change = null;
    else if (rate > RATE) this.#change = new Decimator(rate / RATE, this.#raw.length);
    else this.#change = new Interpolator(RATE / rate, this.#raw.length);
  }

  pull(fifo: SampleFifo, frame: Int16Array): void {
    if (!this.#change) {
      fifo.pull(frame);
      return;
    }
    fifo.pull(this.#raw);
    this.#change.run(this.#raw, frame);
  }

  flush(): void {
    this.#change?.flush();
  }
}

/** Our frames for the earpiece, as bytes at the device's rate. */
export class ToHandset {
  readonly #raw: Int16Array;
  readonly #change: Decimator | Interpolator | null;
  readonly #bytes: Buffer;

  /** Samples a second of the device: 8000, 16000 or 48000. */
  constructor(rate: number) {
    this.#raw = new Int16Array((rate * TICK_MS) / 1_000);
    this.#bytes = Buffer.alloc(2 * this.#raw.length);
    if (rate === RATE) this.#change = null;
    else if (rate > RATE) this.#change = new Interpolator(rate / RATE, FRAME);
    else this.#change = new Decimator(RATE / rate, FRAME);
  }

  /** Little-endian; the next call overwrites them. */
  bytes(frame: Int16Array): Buffer {
    if (this.#change) this.#change.run(frame, this.#raw);
    const samples = this.#change ? this.#raw : frame;
    for (let n = 0; n < samples.length; n++) this.#bytes.writeInt16LE(samples[n] as number, 2 * n);
    return this.#bytes;
  }

  flush(): void {
    this.#change?.flush();
  }
}
