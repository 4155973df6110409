import { Decimator } from '../../audio/resample.ts';

/** 200 ms. */
const MOST = 3_200;

/** Sound of 16 kHz, in pieces of any length up to 200 ms, at 8 kHz for what listens at that rate. */
export class ToNarrow {
  readonly #decimator = new Decimator(2, MOST);
  readonly #out = new Int16Array(MOST / 2);

  /** The same at 8 kHz; good until the next call. */
  run(samples: Int16Array): Int16Array {
    const out = this.#out.subarray(0, samples.length >> 1);
    this.#decimator.run(samples, out);
    return out;
  }
}
