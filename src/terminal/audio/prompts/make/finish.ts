import type { Speaking } from './voice.ts';

/** Rate of every recording, Hz. */
export const RATE = 16_000;
/** Level of every recording while somebody speaks, dB below full scale. */
export const LEVEL = -23;
/** No sample is louder than this, dB below full scale. */
export const PEAK = -1;

const db = (ratio: number) => 20 * Math.log10(ratio);
const FRAME = RATE / 50;
/** Frames this far below the loudest are no speech. */
const ACTIVE_DB = 20;
/** Quieter than this below the loudest frame is cut from the ends. */
const QUIET_DB = 42;
/** Silence at either end, in samples: of parts of a sentence, and where a breath is. */
const MARGIN = 0.025 * RATE;
const BREATH = 0.16 * RATE;

/** Where a breath is left. */
export interface Breaths {
  readonly before: boolean;
  readonly after: boolean;
}

function rms(samples: Float64Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  return Math.sqrt(energy / Math.max(1, samples.length));
}

/** Whole frames of `size`, each `hop` after the last: their levels. */
function levels(samples: Float64Array, size: number, hop: number): number[] {
  const found: number[] = [];
  for (let at = 0; at + size <= samples.length; at += hop) found.push(rms(samples.subarray(at, at + size)));
  return found;
}

/** Level while somebody speaks, dB: the frames of 20 ms within 20 dB of the loudest (in the manner of ITU-T P.56). */
export function activeLevel(samples: Float64Array): number {
  const all = levels(samples, FRAME, FRAME / 2);
  const floor = Math.max(...all) * 10 ** (-ACTIVE_DB / 20);
  const active = all.filter((level) => level >= floor);
  return db(Math.sqrt(active.reduce((sum, level) => sum + level * level, 0) / active.length));
}

/** Loudest sample, dB. */
export function peak(samples: Float64Array): number {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return db(largest);
}

/** Changes the rate to ours: a windowed sinc of 32 zero crossings each side. */
function resample({ samples, rate }: Speaking): Float64Array {
  if (rate === RATE) return samples;
  const cut = Math.min(1, RATE / rate) * 0.95;
  const reach = 32 / cut;
  return Float64Array.from({ length: Math.floor((samples.length * RATE) / rate) }, (_, n) => {
    const at = (n * rate) / RATE;
    let sum = 0;
    for (let k = Math.max(0, Math.ceil(at - reach)); k <= Math.min(samples.length - 1, at + reach); k++) {
      const x = (at - k) * cut;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += (samples[k] as number) * sinc * cut * (0.5 + 0.5 * Math.cos((Math.PI * (at - k)) / reach));
    }
    return sum;
  });
}

/** Takes away what a handset does not play and a level would count: below 120 Hz (Butterworth, second order). */
function highPass(samples: Float64Array): Float64Array {
  const w = Math.tan((Math.PI * 120) / RATE);
  const norm = 1 / (1 + Math.SQRT2 * w + w * w);
  const a1 = 2 * (w * w - 1) * norm;
  const a2 = (1 - Math.SQRT2 * w + w * w) * norm;
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return samples.map((x) => {
    const y = norm * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    return y;
  });
}

/** Cuts silence off both ends but for a margin or a breath. */
function trim(samples: Float64Array, { before, after }: Breaths): Float64Array {
  const hop = RATE / 200;
  const all = levels(samples, hop * 2, hop);
  const floor = Math.max(...all) * 10 ** (-QUIET_DB / 20);
  const first = all.findIndex((level) => level > floor) * hop;
  const last = (all.findLastIndex((level) => level > floor) + 2) * hop;
  const lead = before ? BREATH : MARGIN;
  const length = last - first + lead + (after ? BREATH : MARGIN);
  const cut = new Float64Array(length);
  for (let n = 0; n < length; n++) cut[n] = samples[first - lead + n] ?? 0;
  for (let n = 0; n < hop; n++) {
    cut[n] = (cut[n] as number) * (n / hop);
    cut[length - 1 - n] = (cut[length - 1 - n] as number) * (n / hop);
  }
  return cut;
}

/**
 * Makes a recording of speech: our rate, trimmed, at our level.
 * @throws Error where the level cannot be had without clipping
 */
export function finish(speech: Speaking, breaths: Breaths): Int16Array {
  const trimmed = trim(highPass(resample(speech)), breaths);
  const gain = 10 ** ((LEVEL - activeLevel(trimmed)) / 20);
  const levelled = trimmed.map((sample) => sample * gain);
  const loudest = peak(levelled);
  if (loudest > PEAK) throw new Error(`its peak would be ${loudest.toFixed(1)} dB`);
  return Int16Array.from(levelled, (sample) => Math.round(sample * 32_768));
}
