/** `sinc(x)` under a Hann window that ends at `reach`. */
const windowed = (x: number, reach: number): number => {
  if (Math.abs(x) >= reach) return 0;
  const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  return sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / reach));
};

/** Taps of a low pass to `edge`, a part of the sampling rate; odd in number, so that nothing is delayed by a part of a sample. */
function lowPass(edge: number, half: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, n) =>
    windowed((n - half) * 2 * edge, (half + 1) * 2 * edge),
  );
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / sum);
}

/** `samples` filtered by `taps`, every `step`-th kept; in time with what came in. */
function filtered(samples: ArrayLike<number>, taps: Float64Array, step: number): Float64Array {
  const padded = new Float64Array(samples.length + taps.length + step);
  padded.set(samples, (taps.length - 1) / 2);
  const out = new Float64Array(Math.ceil(samples.length / step));
  for (let n = 0; n < out.length; n++) {
    let sum = 0;
    for (let k = 0, at = n * step; k < taps.length; k++, at++) sum += (taps[k] as number) * (padded[at] as number);
    out[n] = sum;
  }
  return out;
}

const BAND = (() => {
  const half = 120;
  const upper = lowPass(3_400 / 8_000, half);
  const lower = lowPass(300 / 8_000, half);
  return upper.map((tap, n) => tap - (lower[n] as number));
})();

/** The telephone band, 300 to 3400 Hz, of sound at 8 kHz: what is compared, so that the edge of a resampler is not. */
export const telephoneBand = (samples: ArrayLike<number>): Float64Array => filtered(samples, BAND, 1);

const HALVING = lowPass(3_800 / 16_000, 120);

/** 16 to 8 kHz, flat to 3.6 kHz. */
export const halved = (samples: ArrayLike<number>): Float64Array => filtered(samples, HALVING, 2);

/** `samples` `part` of a sample later (-0.5 to 0.5). */
export function shifted(samples: Float64Array, part: number): Float64Array {
  if (part === 0) return samples;
  const half = 16;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, k) => windowed(half - k - part, half));
  return filtered(samples, taps, 1);
}
