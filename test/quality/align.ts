import { Fft } from './fft.ts';
import { shifted } from './filter.ts';

/** Samples in 20 ms at 8 kHz: alignment is found for each. */
export const FRAME = 160;

/** Fine lags are told in this part of a sample. */
const PARTS = 8;

/** Where the sent sound is found in the heard sound. */
export interface Alignment {
  /** For each frame of the sent sound: samples (with eighths) from its place to that in the heard sound. */
  readonly lags: Float64Array;
  /** `length` samples of the heard sound for the sent ones from `at` on, at `lag`. Beyond its ends: silence. */
  heard(at: number, length: number, lag: number): Float64Array;
}

/** A lag that is taken over several frames must be better by about this many frames lost before it is believed. */
const CHANGE = 1.5;
/** Length of the sent sound that is looked for. */
const SPAN = 2_048;
/** How much later than the first lag sound is looked for where no network makes it later, ms. */
export const REACH = 750;
/** Peaks of one search that are followed up, where they are as high as this part of the highest. */
const [PEAKS, HIGH] = [3, 0.6];

/**
 * Finds `sent` again in `heard` (both at 8 kHz, the telephone band), where a jitter buffer has moved parts of it: lags from `least` to
 * `least` + `reach` ms at least. Peaks of the normalised correlation of every quarter second are the lags to choose from; the course through
 * them is that with the least error, a change of lag costing as much as a frame and a half lost. So it follows a buffer and not a concealer.
 */
export function align(sent: Float64Array, heard: Float64Array, least: number, reach = REACH): Alignment {
  const finely = new Finely(heard);
  const lags = course(sent, finely, candidates(sent, heard, { least, reach }));
  return { lags: refined(sent, lags, finely), heard: (at, length, lag) => finely.at(at, length, lag) };
}

/** Sound that can be had from between its samples too. */
class Finely {
  readonly #shifted: Float64Array[];

  constructor(samples: Float64Array) {
    this.#shifted = Array.from({ length: PARTS }, (_, part) => shifted(samples, -part / PARTS));
  }

  at(from: number, length: number, lag: number): Float64Array {
    const eighths = Math.round(lag * PARTS);
    const whole = Math.floor(eighths / PARTS);
    const source = this.#shifted[eighths - whole * PARTS] as Float64Array;
    const out = new Float64Array(length);
    for (let n = 0; n < length; n++) out[n] = source[from + whole + n] ?? 0;
    return out;
  }
}

/** Lags worth a try, for each span of the sent sound. `reach` in ms. */
function candidates(
  sent: Float64Array,
  heard: Float64Array,
  { least, reach }: { least: number; reach: number },
): number[][] {
  const size = 2 ** Math.ceil(Math.log2(SPAN + 8 * reach));
  const fft = new Fft(size);
  const lagCount = size - SPAN;
  const found: number[][] = [];
  const [re, im, hre, him] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let from = 0; from < sent.length; from += SPAN) {
    re.fill(0);
    im.fill(0);
    him.fill(0);
    re.set(sent.subarray(from, from + SPAN));
    if (energy(re, 0, SPAN) < SPAN) {
      found.push([]);
      continue;
    }
    for (let n = 0; n < size; n++) hre[n] = heard[from + least + n] ?? 0;
    const powers = slidingEnergy(hre, SPAN, lagCount);
    fft.run(re, im);
    fft.run(hre, him);
    for (let n = 0; n < size; n++) {
      const [a, b, c, d] = [re[n] as number, im[n] as number, hre[n] as number, him[n] as number];
      re[n] = a * d - b * c;
      im[n] = a * c + b * d;
    }
    // The inverse: `re` and `im` were changed over above, and so what is real comes out in `im`.
    fft.run(re, im);
    for (let lag = 0; lag < lagCount; lag++) re[lag] = (im[lag] as number) / Math.sqrt((powers[lag] as number) + 1);
    found.push(peaks(re, lagCount).map((lag) => lag + summit(re, lag) + least));
  }
  return found;
}

function energy(samples: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let n = from; n < from + length; n++) sum += (samples[n] ?? 0) ** 2;
  return sum;
}

function slidingEnergy(samples: Float64Array, span: number, count: number): Float64Array {
  const out = new Float64Array(count);
  let sum = energy(samples, 0, span);
  for (let n = 0; n < count; n++) {
    out[n] = Math.max(0, sum);
    sum += (samples[n + span] ?? 0) ** 2 - (samples[n] as number) ** 2;
  }
  return out;
}

function peaks(values: Float64Array, count: number): number[] {
  const tops: number[] = [];
  for (let n = 0; n < count; n++) {
    const value = values[n] as number;
    if (value > 0 && value >= (values[n - 1] ?? 0) && value > (values[n + 1] ?? 0)) tops.push(n);
  }
  tops.sort((a, b) => (values[b] as number) - (values[a] as number));
  const enough = HIGH * (values[tops[0] ?? 0] as number);
  return tops.slice(0, PEAKS).filter((top) => (values[top] as number) >= enough);
}

/** How far from `at` the top of the parabola through it and its neighbours is, in eighths. */
function summit(values: Float64Array, at: number): number {
  const [left, middle, right] = [values[at - 1] ?? 0, values[at] as number, values[at + 1] ?? 0];
  const bend = left - 2 * middle + right;
  const part = bend < 0 ? (0.5 * (left - right)) / bend : 0;
  return Math.round(Math.max(-0.5, Math.min(0.5, part)) * PARTS) / PARTS;
}

/** The course through the lags with the least error. */
function course(sent: Float64Array, heard: Finely, found: number[][]): Float64Array {
  const frames = Math.floor(sent.length / FRAME);
  const power = energy(sent, 0, sent.length) / sent.length;
  const reach = Math.ceil(6_000 / SPAN);
  const steps: { lags: number[]; from: number[] }[] = [];
  let before: { lags: number[]; costs: number[] } = { lags: [], costs: [] };
  for (let frame = 0; frame < frames; frame++) {
    const middle = Math.floor((frame * FRAME) / SPAN);
    const near = found.slice(Math.max(0, middle - reach), middle + reach + 1).flat();
    // Those of the frame before stay in the running where a second of silence has none of its own.
    const lags = [...new Set(near.length > 0 ? near : before.lags)];
    const least = Math.min(...before.costs);
    const from: number[] = [];
    const costs = lags.map((lag) => {
      const error = mismatch(sent, heard, frame * FRAME, lag, power);
      if (before.lags.length === 0) return error;
      let best = before.costs.indexOf(least);
      let cost = least + CHANGE;
      before.lags.forEach((old, k) => {
        const far = Math.abs(old - lag);
        const whole = (before.costs[k] as number) + (far === 0 ? 0 : Math.min(CHANGE, 0.3 + 0.1 * far));
        if (whole >= cost) return;
        cost = whole;
        best = k;
      });
      from.push(best);
      return cost + error;
    });
    steps.push({ lags, from });
    before = { lags, costs };
  }
  const out = new Float64Array(frames);
  let at = before.costs.indexOf(Math.min(...before.costs));
  for (let frame = frames - 1; frame >= 0; frame--) {
    const { lags, from } = steps[frame] as { lags: number[]; from: number[] };
    // The silence before the first speech goes with it.
    out[frame] = lags[at] ?? out[frame + 1] ?? 0;
    at = from[at] ?? 0;
  }
  return out;
}

/** How unlike a frame and its 5 ms on either side are: 0 the same, 1 nothing heard or worse; less for soft frames. */
function mismatch(sent: Float64Array, heard: Finely, at: number, lag: number, power: number): number {
  const margin = FRAME / 4;
  const length = FRAME + 2 * margin;
  const there = heard.at(at - margin, length, lag);
  let error = 0;
  let signal = 0;
  for (let n = 0; n < length; n++) {
    const s = sent[at - margin + n] ?? 0;
    error += (s - (there[n] as number)) ** 2;
    signal += s * s;
  }
  return Math.min(1, error / (signal + 0.01 * power * length));
}

/** Adds the part of a sample: of every stretch at one lag, that with the least error. */
function refined(sent: Float64Array, lags: Float64Array, heard: Finely): Float64Array {
  const out = Float64Array.from(lags);
  for (let from = 0; from < lags.length; ) {
    let to = from + 1;
    while (to < lags.length && lags[to] === lags[from]) to += 1;
    const [start, length] = [from * FRAME, (to - from) * FRAME];
    let least = Number.POSITIVE_INFINITY;
    for (let part = -PARTS; part <= PARTS; part++) {
      const lag = (lags[from] as number) + part / PARTS;
      const there = heard.at(start, length, lag);
      let error = 0;
      for (let n = 0; n < length; n++) error += Math.abs((sent[start + n] as number) - (there[n] as number));
      if (error >= least) continue;
      least = error;
      out.fill(lag, from, to);
    }
    from = to;
  }
  return out;
}
