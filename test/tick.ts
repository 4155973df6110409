/** Hz of the sound of a tick, and its length in ms. */
const [PITCH, LENGTH] = [1_000, 20];

/** The shape of a tick at `rate`: a sine that swells and dies, so that it has one middle and no click. */
const shape = (rate: number): Float64Array => {
  const size = (LENGTH * rate) / 1_000;
  return Float64Array.from({ length: size }, (_, n) => {
    const swell = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
    return swell * Math.sin((2 * Math.PI * PITCH * n) / rate);
  });
};

/** `seconds` of silence at `rate` with a tick at the start of each second. */
export function ticking(seconds: number, rate: number): Int16Array {
  const samples = new Int16Array(seconds * rate);
  const tick = shape(rate);
  for (let at = 0; at < samples.length; at += rate) {
    for (const [n, value] of tick.entries()) samples[at + n] = Math.round(12_000 * value);
  }
  return samples;
}

/** Finds ticks in sound that comes frame by frame. */
export class TickFinder {
  readonly #rate: number;
  readonly #shape: Float64Array;
  #line = new Int16Array(0);
  /** Samples before the start of the line. */
  #gone = 0;
  #after = 0;

  constructor(rate: number) {
    this.#rate = rate;
    this.#shape = shape(rate);
  }

  /** Places, in samples from the first of all, where ticks began that are now wholly here. */
  take(frame: Int16Array): number[] {
    const line = new Int16Array(this.#line.length + frame.length);
    line.set(this.#line);
    line.set(frame, this.#line.length);
    const found: number[] = [];
    // Where the sound swells: the best fit within the length of a tick after it.
    const last = line.length - 2 * this.#shape.length;
    let at = Math.max(0, this.#after - this.#gone);
    while (at < last) {
      if (this.#fit(line, at) < 0.5 * this.#whole()) {
        at += 1;
        continue;
      }
      let best = at;
      for (let n = at; n < at + this.#shape.length; n++) if (this.#fit(line, n) > this.#fit(line, best)) best = n;
      found.push(this.#gone + best);
      // No second tick within half a second.
      at = best + this.#rate / 2;
    }
    const kept = Math.max(0, Math.min(at, line.length));
    this.#after = this.#gone + at;
    this.#gone += kept;
    this.#line = line.slice(kept);
    return found;
  }

  #fit(line: Int16Array, at: number): number {
    if ((line[at] ?? 0) === 0 && (line[at + 3] ?? 0) === 0) return 0;
    let sum = 0;
    for (const [n, value] of this.#shape.entries()) sum += value * (line[at + n] ?? 0);
    return sum;
  }

  #whole(): number {
    let sum = 0;
    for (const value of this.#shape) sum += value * value;
    return 12_000 * sum;
  }
}
