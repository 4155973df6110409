import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Earpiece } from '../../../src/terminal/audio/earpiece.ts';

test('no sound is too loud, at any volume, and what is not loud is given as it is', () => {
  const frame = fc.record({ level: fc.integer({ min: 0, max: 90_000 }), gain: fc.integer({ min: -20, max: 40 }) });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 30 }), (frames) => {
      const earpiece = new Earpiece();
      const out = new Int16Array(320);
      for (const { level, gain } of frames) {
        earpiece.setVolume(gain);
        earpiece.run(
          Float32Array.from({ length: 320 }, (_, n) => (n % 2 ? level : -level)),
          out,
        );
        // Past the first moment of an attack it is at the ceiling, 1 dB below full scale.
        expect(Math.max(...out.subarray(40).map(Math.abs))).toBeLessThanOrEqual(29_205);
      }
    }),
  );
  const earpiece = new Earpiece();
  const out = new Int16Array(320);
  const mix = Float32Array.from({ length: 320 }, (_, n) => n * 50 - 8_000);
  earpiece.run(mix, out);
  expect([...out]).toEqual([...mix]);
});

test('silence is silence at any volume', () => {
  const earpiece = new Earpiece();
  const out = new Int16Array(320).fill(9);
  earpiece.setVolume(30);
  earpiece.run(new Float32Array(320).fill(30_000), out);
  earpiece.run(new Float32Array(320), out);
  expect(out.every((sample) => sample === 0)).toBe(true);
});
