/** Fourier transforms of `size` points, a power of two, in place. */
export class Fft {
  readonly size: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Uint32Array;

  constructor(size: number) {
    this.size = size;
    this.#cos = Float64Array.from({ length: size / 2 }, (_, n) => Math.cos((2 * Math.PI * n) / size));
    this.#sin = Float64Array.from({ length: size / 2 }, (_, n) => -Math.sin((2 * Math.PI * n) / size));
    this.#reversed = new Uint32Array(size);
    for (let n = 1, half = size >> 1; n < size; n++) {
      this.#reversed[n] = ((this.#reversed[n >> 1] as number) >> 1) | (n & 1 ? half : 0);
    }
  }

  /** Forward; an inverse is a forward with `re` and `im` changed over, before and after, divided by `size`. */
  run(re: Float64Array, im: Float64Array): void {
    const size = this.size;
    for (let n = 0; n < size; n++) {
      const m = this.#reversed[n] as number;
      if (m <= n) continue;
      [re[n], re[m]] = [re[m] as number, re[n] as number];
      [im[n], im[m]] = [im[m] as number, im[n] as number];
    }
    for (let half = 1; half < size; half *= 2) {
      const step = size / (2 * half);
      for (let from = 0; from < size; from += 2 * half) {
        for (let k = 0, t = 0; k < half; k++, t += step) {
          const c = this.#cos[t] as number;
          const s = this.#sin[t] as number;
          const a = from + k;
          const b = a + half;
          const x = (re[b] as number) * c - (im[b] as number) * s;
          const y = (re[b] as number) * s + (im[b] as number) * c;
          re[b] = (re[a] as number) - x;
          im[b] = (im[a] as number) - y;
          re[a] = (re[a] as number) + x;
          im[a] = (im[a] as number) + y;
        }
      }
    }
  }
}
