import { FRAME, RATE } from '../audio/frame.ts';
import { spectrum } from '../audio/loopback/spectrum.ts';
import { between, type Span } from './span.ts';

/** What is measured of an answer besides the voice. */
export interface Measured {
  readonly snr: number;
  readonly band: 'wide' | 'narrow';
  readonly level: number;
  readonly clipped: number;
}

/** Kept off speech where noise is measured: breath and fading sound. */
const GUARD = RATE * 0.06;
/** Fewer frames of noise than this tell nothing of it: then the softest of all are taken. */
const FEW = 8;
/** From here on a sample is at full scale: G.711's greatest are 32124 (mu-law) and 32256 (A-law). */
const FULL = 32_000;
const BLOCK = 512;
/** The softest that is told: what is digital silence has no logarithm. */
const SILENT = -96;
/** Well above the telephone's band a voice has up to 50 dB less than within it; the telephone leaves 70 dB less and not its filters' skirts. */
const NARROW = -55;

/** Measures speech, of which `voiced` are the pieces one after another, and what is between it. All is 0 or `SILENT` where there is no speech. */
export function measure(answer: Int16Array, speech: readonly Span[], voiced: Int16Array): Measured {
  const loud = power(voiced);
  const noise = noiseOf(answer, speech);
  return {
    snr: rounded(Math.min(80, Math.max(-20, 10 * Math.log10(Math.max(loud - noise, 1e-3) / Math.max(noise, 1e-2))))),
    band: bandOf(answer, speech),
    level: rounded(Math.max(SILENT, 10 * Math.log10(loud / 32_768 ** 2))),
    clipped: voiced.length === 0 ? 0 : voiced.filter((sample) => Math.abs(sample) >= FULL).length / voiced.length,
  };
}

const rounded = (db: number) => Math.round(10 * db) / 10;

/** Mean square. */
function power(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : sum / samples.length;
}

/** Power of a usual frame between the speech; where there is hardly any, of the softest frames of all. */
function noiseOf(answer: Int16Array, speech: readonly Span[]): number {
  const pauses = framesOf(answer, between(answer.length, speech, GUARD));
  if (pauses.length >= FEW) return quantile(pauses, 0.5);
  return quantile(framesOf(answer, [{ start: 0, end: answer.length }]), 0.05);
}

function framesOf(answer: Int16Array, spans: readonly Span[]): number[] {
  return spans.flatMap(({ start, end }) =>
    Array.from({ length: Math.floor((end - start) / FRAME) }, (_, n) =>
      power(answer.subarray(start + n * FRAME, start + (n + 1) * FRAME)),
    ),
  );
}

const quantile = (values: number[], part: number): number =>
  values.sort((a, b) => a - b)[Math.floor(part * (values.length - 1))] ?? 0;

/** `narrow` where what is above 4.7 kHz is next to nothing against what is within the telephone's band. */
function bandOf(answer: Int16Array, speech: readonly Span[]): 'wide' | 'narrow' {
  let within = 0;
  let above = 0;
  // Within each piece: where two are put together there is a click, which has all frequencies.
  for (const { start, end } of speech) {
    for (let at = start; at + BLOCK <= end; at += BLOCK) {
      spectrum(answer.subarray(at, at + BLOCK)).forEach((bin, n) => {
        const hertz = (n * RATE) / BLOCK;
        if (hertz > 300 && hertz < 3_400) within += bin;
        else if (hertz > 4_700 && hertz < 7_600) above += bin;
      });
    }
  }
  return 10 * Math.log10((above + 1e-9) / (within + 1e-9)) < NARROW ? 'narrow' : 'wide';
}
