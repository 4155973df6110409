import { clamp16 } from './frame.ts';

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * Low-pass FIR for a change of rate by `factor`: Kaiser window, 60 dB, pass band to 0.85 of the lower rate's half.
 * At factor 2 it is a half-band filter of 47 taps (3.4 kHz of 8 kHz sound passes); at 3 it has 71.
 */
function lowPass(factor: number): Float32Array {
  const length = factor * 24 - 1;
  const middle = (length - 1) / 2;
  const beta = 5.65;
  const taps = Float32Array.from({ length }, (_, n) => {
    const x = (n - middle) / factor;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const edge = (n - middle) / (middle + 1);
    return (sinc * bessel(beta * Math.sqrt(1 - edge * edge))) / bessel(beta);
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/** Lowers the rate by a whole factor. Keeps the end of the last frame, which `flush` forgets. */
export class Decimator {
  readonly #factor: number;
  readonly #taps: Float32Array;
  readonly #line: Float32Array;

  /** For frames of at most `frame` samples in. */
  constructor(factor: number, frame: number) {
    this.#factor = factor;
    this.#taps = lowPass(factor);
    this.#line = new Float32Array(this.#taps.length - 1 + frame);
  }

  /** `out` takes one sample for each `factor` of `samples`. */
  run(samples: Int16Array, out: Int16Array): void {
    const taps = this.#taps;
    const line = this.#line;
    const past = taps.length - 1;
    for (let n = 0; n < samples.length; n++) line[past + n] = samples[n] as number;
    for (let n = 0; n < out.length; n++) {
      let sum = 0;
      const from = n * this.#factor;
      for (let k = 0; k < taps.length; k++) sum += (taps[k] as number) * (line[from + k] as number);
      out[n] = clamp16(sum);
    }
    line.copyWithin(0, samples.length, samples.length + past);
  }

  flush(): void {
    this.#line.fill(0);
  }
}

/** Raises the rate by a whole factor. Keeps the end of the last frame, which `flush` forgets. */
export class Interpolator {
  readonly #factor: number;
  /** One set of taps for each of the `factor` samples that come of one, latest input first. */
  readonly #phases: Float32Array[];
  readonly #line: Float32Array;
  readonly #past: number;

  /** For frames of at most `frame` samples in. */
  constructor(factor: number, frame: number) {
    const taps = lowPass(factor);
    this.#factor = factor;
    this.#past = Math.ceil(taps.length / factor) - 1;
    this.#phases = Array.from({ length: factor }, (_, phase) =>
      Float32Array.from({ length: this.#past + 1 }, (_, k) => factor * (taps[phase + k * factor] ?? 0)),
    );
    this.#line = new Float32Array(this.#past + frame);
  }

  /** `out` takes `factor` samples for each of `samples`. */
  run(samples: Int16Array, out: Int16Array): void {
    const line = this.#line;
    const past = this.#past;
    for (let n = 0; n < samples.length; n++) line[past + n] = samples[n] as number;
    for (let phase = 0; phase < this.#factor; phase++) {
      const taps = this.#phases[phase] as Float32Array;
      for (let n = 0; n < samples.length; n++) {
        let sum = 0;
        for (let k = 0; k <= past; k++) sum += (taps[k] as number) * (line[past + n - k] as number);
        out[n * this.#factor + phase] = clamp16(sum);
      }
    }
    line.copyWithin(0, samples.length, samples.length + past);
  }

  flush(): void {
    this.#line.fill(0);
  }
}

/** A whole recording at 16 kHz brought to 8. */
export function narrowed(wide: Int16Array): Int16Array {
  const out = new Int16Array(wide.length >> 1);
  new Decimator(2, wide.length).run(wide, out);
  return out;
}

/** A whole recording at 8 kHz brought to 16. */
export function widened(narrow: Int16Array): Int16Array {
  const out = new Int16Array(2 * narrow.length);
  new Interpolator(2, narrow.length).run(narrow, out);
  return out;
}
