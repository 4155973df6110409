import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TickFinder, ticking } from './tick.ts';

test('every tick is found once, to the sample, however the sound is cut into frames', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7_000 }), fc.integer({ min: 80, max: 480 }), (before, frame) => {
      const finder = new TickFinder(8_000);
      const sound = new Int16Array(before + 4 * 8_000);
      sound.set(ticking(4, 8_000).subarray(0, 4 * 8_000), before);
      const found: number[] = [];
      for (let at = 0; at < sound.length; at += frame) found.push(...finder.take(sound.slice(at, at + frame)));
      expect(found).toEqual([0, 1, 2, 3].map((second) => before + second * 8_000));
    }),
    { numRuns: 30 },
  );
});

test('noise and speech-like sound have none', () => {
  const finder = new TickFinder(8_000);
  const sound = Int16Array.from({ length: 16_000 }, (_, n) => 6_000 * Math.sin(n * 0.31) * Math.sin(n * 0.002));
  expect(finder.take(sound)).toEqual([]);
});
