import { expect, test } from 'vitest';
import { Decimator, Interpolator } from '../../../src/terminal/audio/resample.ts';
import { levelAt } from '../../signal.ts';
import { fidelity } from './fidelity.ts';

const sine = (hz: number, rate: number, n: number) =>
  Int16Array.from({ length: n }, (_, i) => Math.round(16_384 * Math.sin((2 * Math.PI * hz * i) / rate)));

/** In frames of 20 ms; the first 40 ms, in which the filter fills, are left out. */
function run(filter: Decimator | Interpolator, samples: Int16Array, from: number, to: number): Int16Array {
  const frame = from / 50;
  const out = new Int16Array((samples.length * to) / from);
  for (let n = 0; n * frame < samples.length; n++) {
    filter.run(samples.subarray(n * frame, (n + 1) * frame), out.subarray((n * to) / 50, ((n + 1) * to) / 50));
  }
  return out.subarray(to / 25);
}

test.each([
  [16_000, 8_000],
  [48_000, 16_000],
])('%i to %i Hz: the band passes within 0.2 dB and what would fold back is 50 dB down', (from, to) => {
  const edge = to / 2;
  for (const part of [0.05, 0.25, 0.6, 0.85]) {
    const out = run(new Decimator(from / to, from / 50), sine(edge * part, from, from), from, to);
    expect(Math.abs(levelAt(out, edge * part, to) + 6.02)).toBeLessThan(0.2);
  }
  for (const part of [1.2, 1.5, 1.9]) {
    const out = run(new Decimator(from / to, from / 50), sine(edge * part, from, from), from, to);
    expect(levelAt(out, edge * (2 - part), to)).toBeLessThan(-56);
  }
});

test.each([
  [8_000, 16_000],
  [16_000, 48_000],
])('%i to %i Hz: the band passes within 0.2 dB and its images are 50 dB down', (from, to) => {
  const edge = from / 2;
  for (const part of [0.05, 0.25, 0.6, 0.8]) {
    const out = run(new Interpolator(to / from, from / 50), sine(edge * part, from, from), from, to);
    expect(Math.abs(levelAt(out, edge * part, to) + 6.02)).toBeLessThan(0.2);
    expect(levelAt(out, edge * (2 - part), to)).toBeLessThan(-56);
  }
});

test('a 48 kHz card is heard and played as a telephone may be judged: ripple, distortion with noise, aliases', () => {
  for (const hz of [100, 300, 1_000, 2_200, 3_400, 5_000, 6_500, 6_800]) {
    const down = fidelity(run(new Decimator(3, 960), sine(hz, 48_000, 48_000), 48_000, 16_000), hz, 16_000);
    const up = fidelity(run(new Interpolator(3, 320), sine(hz, 16_000, 16_000), 16_000, 48_000), hz, 48_000);
    for (const { level } of [down, up]) expect(Math.abs(level + 6.02), `ripple at ${hz} Hz`).toBeLessThan(0.02);
    expect(down.rest, `rest at ${hz} Hz, down`).toBeLessThan(-88);
    // What is there besides are images above 8 kHz.
    expect(up.rest, `rest at ${hz} Hz, up`).toBeLessThan(hz > 3_400 ? -58 : -74);
  }
  for (const hz of [9_200, 9_600, 10_000, 12_000, 15_000, 17_000, 20_000, 23_000]) {
    const out = run(new Decimator(3, 960), sine(hz, 48_000, 48_000), 48_000, 16_000);
    const power = out.reduce((sum, value) => sum + value * value, 0) / out.length;
    expect(10 * Math.log10((2 * power) / 32_768 ** 2 + 1e-12) + 6.02, `alias of ${hz} Hz`).toBeLessThan(-58);
  }
});

test('flushed, nothing of what was before comes out', () => {
  for (const filter of [new Decimator(2, 320), new Interpolator(2, 320)]) {
    const out = new Int16Array(filter instanceof Decimator ? 160 : 640);
    filter.run(sine(1_000, 16_000, 320), out);
    filter.flush();
    filter.run(new Int16Array(320), out);
    expect(out.every((sample) => sample === 0)).toBe(true);
  }
});
