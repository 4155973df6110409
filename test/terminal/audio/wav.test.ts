import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWav } from '../../../src/terminal/audio/wav.ts';
import { wav } from './wav-file.ts';

test('the samples of a file are read, past chunks that are not known', () => {
  const samples = Int16Array.from({ length: 500 }, (_, n) => n * 50 - 12_000);
  expect(parseWav(wav(samples))).toEqual(samples);
});

test('a file cut off gives what is there, or says what is wrong', () => {
  const file = wav(new Int16Array(100).fill(5));
  fc.assert(
    fc.property(fc.nat({ max: file.length }), fc.nat({ max: 60 }), fc.nat({ max: 255 }), (length, at, byte) => {
      const cut = Buffer.from(file.subarray(0, length));
      if (at < cut.length) cut[at] = byte;
      try {
        expect(parseWav(cut).length).toBeLessThanOrEqual(100);
      } catch (cause) {
        expect((cause as Error).message).toMatch(/WAV|format|data|wanted/);
      }
    }),
    { numRuns: 2_000 },
  );
});
