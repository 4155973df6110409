import { expect, test } from 'vitest';
import type { ToneName } from '../../../src/terminal/audio/port.ts';
import { ToneSource } from '../../../src/terminal/audio/tone.ts';
import { levelAt } from '../../signal.ts';

/** `seconds` of what `source` gives. */
function sound(source: ToneSource, seconds: number): Float32Array {
  const out = new Float32Array(seconds * 16_000);
  for (let at = 0; at < out.length; at += 320) source.add(out.subarray(at, at + 320));
  return out;
}

/** When sound starts and stops, ms to the nearest 10. */
function edges(samples: Float32Array): number[] {
  const found: number[] = [];
  let on = false;
  for (let at = 0; at < samples.length; at += 160) {
    const sounds = samples.subarray(at, at + 160).some((sample) => Math.abs(sample) > 50);
    if (sounds !== on) found.push(at / 16);
    on = sounds;
  }
  return found;
}

test.each<[ToneName, number, number, number, number[]]>([
  ['dial', 350, 440, -13, [0]],
  ['ringback', 440, 480, -19, [0, 2_000, 6_000, 8_000]],
  ['busy', 480, 620, -24, [0, 500, 1_000, 1_500, 2_000, 2_500]],
  ['reorder', 480, 620, -24, [0, 250, 500, 750, 1_000, 1_250]],
])('%s is %i and %i Hz at %i dBm0 each, in its cadence', (tone, low, high, level, times) => {
  const source = new ToneSource();
  source.set(tone);
  const samples = sound(source, 9);
  const steady = samples.subarray(16 * 20, 16 * 220);
  expect(Math.abs(levelAt(steady, low) - (level - 3.17))).toBeLessThan(0.2);
  expect(Math.abs(levelAt(steady, high) - (level - 3.17))).toBeLessThan(0.2);
  const found = edges(samples).slice(0, times.length);
  expect(found.length).toBe(times.length);
  found.forEach((at, n) => {
    expect(Math.abs(at - (times[n] as number))).toBeLessThanOrEqual(10);
  });
});

test('a tone that starts, changes or stops does so without a click', () => {
  const source = new ToneSource();
  const parts = (['dial', 'ringback', null, 'busy', null] as const).map((tone) => {
    source.set(tone);
    return sound(source, 0.3);
  });
  let before = 0;
  let step = 0;
  for (const sample of parts.flatMap((part) => [...part])) {
    step = Math.max(step, Math.abs(sample - before));
    before = sample;
  }
  // Two sines of 5,100 at 440 Hz go by at most 1,650 from one sample to the next.
  expect(step).toBeLessThan(1_700);
  expect(parts[2]?.subarray(320).every((sample) => sample === 0)).toBe(true);
});

test('a tone that is set again goes on undisturbed', () => {
  const [once, again] = [new ToneSource(), new ToneSource()];
  once.set('dial');
  again.set('dial');
  const first = sound(again, 0.1);
  again.set('dial');
  expect([...first, ...sound(again, 0.1)]).toEqual([...sound(once, 0.2)]);
});
