import { expect, test } from 'vitest';
import { Concealer } from '../../../../src/terminal/telephony/media/concealer.ts';

const PAST = 960;

/** What is made up after a voice of `hz`, rich in overtones. */
function concealed(hz: number, count: number): { past: Float32Array; made: Float32Array; real: Float32Array } {
  const voice = (n: number) =>
    [1, 2, 3, 4, 5].reduce((sum, k) => sum + (4_000 / k) * Math.sin((2 * Math.PI * hz * k * n) / 16_000 + k), 0);
  const past = Float32Array.from({ length: PAST }, (_, n) => voice(n));
  const real = Float32Array.from({ length: count }, (_, n) => voice(PAST + n));
  const made = new Float32Array(count);
  const concealer = new Concealer();
  concealer.start(past, PAST);
  // In pieces, as it is asked.
  for (let at = 0; at < count; at += 40) concealer.add(made, at, 40);
  return { past, made, real };
}

const power = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;

test.each([80, 110, 150, 199, 250, 320])('a voice of %i Hz goes on as it was for 10 ms', (hz) => {
  const { made, real } = concealed(hz, 160);
  const error = power(made.map((sample, n) => sample - (real[n] as number)));
  expect(10 * Math.log10(power(real) / error)).toBeGreaterThan(15);
});

test('it is softer by a fifth each 10 ms after the first, and gone after 60', () => {
  const { made } = concealed(100, 1_280);
  // 100 Hz is a period in 10 ms.
  const levels = Array.from({ length: 8 }, (_, n) => Math.sqrt(power(made.subarray(160 * n, 160 * n + 160))));
  const whole = levels[0] as number;
  for (const [n, part] of [0.9, 0.7, 0.5, 0.3, 0.1].entries()) {
    expect((levels[n + 1] as number) / whole).toBeGreaterThan(part - 0.1);
    expect((levels[n + 1] as number) / whole).toBeLessThan(part + 0.1);
  }
  expect(levels.slice(6)).toEqual([0, 0]);
});

test('nowhere is there a click: no step is larger than the voice itself makes', () => {
  for (const hz of [83, 121, 187, 243]) {
    const { past, made } = concealed(hz, 960);
    const steps = (samples: Float32Array) =>
      samples.reduce((most, sample, n) => (n ? Math.max(most, Math.abs(sample - (samples[n - 1] as number))) : 0), 0);
    expect(Math.abs((made[0] as number) - (past[PAST - 1] as number)), `${hz} Hz`).toBeLessThan(1.5 * steps(past));
    expect(steps(made), `${hz} Hz`).toBeLessThan(1.5 * steps(past));
  }
});

test('flushed, it makes silence', () => {
  const concealer = new Concealer();
  concealer.start(new Float32Array(PAST).fill(1_000), PAST);
  concealer.flush();
  const made = new Float32Array(160);
  concealer.add(made, 0, 160);
  expect(made.every((sample) => sample === 0)).toBe(true);
});
