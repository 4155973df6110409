/**
 * Power of `samples` in each bin from 0 to half their rate, through a Hann window: as the mean square of 16-bit samples, so that the bins of a
 * sound add up to it. The length must be a power of two.
 */
export function spectrum(samples: Int16Array): Float64Array {
  const size = samples.length;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  let window = 0;
  for (let n = 0; n < size; n++) {
    const w = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
    window += w * w;
    re[n] = w * (samples[n] as number);
  }
  transform(re, im);
  return Float64Array.from(
    { length: size / 2 },
    (_, k) => (2 * ((re[k] as number) ** 2 + (im[k] as number) ** 2)) / (size * window),
  );
}

/** Fourier transform in place (radix 2). */
function transform(re: Float64Array, im: Float64Array): void {
  const size = re.length;
  for (let n = 1, mirror = 0; n < size; n++) {
    let bit = size >> 1;
    for (; mirror & bit; bit >>= 1) mirror ^= bit;
    mirror ^= bit;
    if (n >= mirror) continue;
    swap(re, n, mirror);
    swap(im, n, mirror);
  }
  for (let half = 1; half < size; half *= 2) {
    for (let k = 0; k < half; k++) {
      const cos = Math.cos((Math.PI * k) / half);
      const sin = -Math.sin((Math.PI * k) / half);
      for (let a = k; a < size; a += 2 * half) {
        const b = a + half;
        const x = (re[b] as number) * cos - (im[b] as number) * sin;
        const y = (re[b] as number) * sin + (im[b] as number) * cos;
        re[b] = (re[a] as number) - x;
        im[b] = (im[a] as number) - y;
        re[a] = (re[a] as number) + x;
        im[a] = (im[a] as number) + y;
      }
    }
  }
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a] as number;
  values[a] = values[b] as number;
  values[b] = kept;
}
